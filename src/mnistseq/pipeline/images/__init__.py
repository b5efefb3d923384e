"""Single images of one sequence."""
