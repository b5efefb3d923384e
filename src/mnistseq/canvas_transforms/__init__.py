"""Canvas transforms, one a file."""
