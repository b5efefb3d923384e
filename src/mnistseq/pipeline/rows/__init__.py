"""Read a file of sequences into validated rows."""
