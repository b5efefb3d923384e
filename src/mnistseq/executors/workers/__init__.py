"""What runs on the workers of executors."""
