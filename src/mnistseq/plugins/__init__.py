"""Find components by name: built in, or from installed plugins."""
