"""Worker processes: started, asked, understood, and ended."""
