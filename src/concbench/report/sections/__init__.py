"""The parts of the report, one file each: from the material to words, pictures and tables."""
