"""What people read: summaries of run files and the tables made of them. Nothing here measures."""
