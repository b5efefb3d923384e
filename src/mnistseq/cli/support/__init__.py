"""Options, types and output shared by several commands."""
