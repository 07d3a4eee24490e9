"""The lesson: eight programs from the seed's first cell to a loop that serves sockets (docs/TUTORIAL.md)."""
