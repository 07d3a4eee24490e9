"""What services do: answer, ask, broadcast, hold connections; and the processes at the other end."""
