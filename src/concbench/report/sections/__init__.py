"""The parts of the report, one file each: from the dataset to words, pictures and tables."""
