"""Where shards are made, one way a file."""
