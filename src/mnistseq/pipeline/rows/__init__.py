"""A file of sequences, read into checked rows."""
