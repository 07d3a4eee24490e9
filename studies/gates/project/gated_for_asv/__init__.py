"""asv asks for a package."""
