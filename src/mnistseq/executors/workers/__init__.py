"""What runs on the workers of an engine."""
