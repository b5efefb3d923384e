"""Executors: run the tasks that make shards."""
