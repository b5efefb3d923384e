"""Make shards; this is what runs on workers."""
