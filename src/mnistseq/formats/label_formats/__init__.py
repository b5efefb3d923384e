"""Label formats of image files."""
