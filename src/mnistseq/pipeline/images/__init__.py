"""Draw images of one sequence, and save them as files."""
