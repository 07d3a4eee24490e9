"""What tasks compute beside waiting, in one place or on several cores."""
