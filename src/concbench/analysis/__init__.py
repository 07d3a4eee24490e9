"""What figures say: summaries, contrasts, laws, choices, verdicts, histories. Nothing here has a colour."""
