"""Code that runs on the workers of executors."""
