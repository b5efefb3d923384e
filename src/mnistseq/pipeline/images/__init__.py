"""Images of one sequence, as files of their own."""
