"""Charts: matplotlib SVG with text as text, in the colours of the page they stand in."""
