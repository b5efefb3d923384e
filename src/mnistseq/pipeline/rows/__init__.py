"""A text file → validated rows."""
