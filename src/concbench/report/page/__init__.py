"""The page itself: one HTML file that needs nothing else, of a template, a style sheet and a short script."""
