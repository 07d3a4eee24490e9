"""The sides of a comparison: revisions, interpreters, sets of packages."""
