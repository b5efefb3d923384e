"""Executors: where shards are made."""
