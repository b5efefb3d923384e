"""Looking at a config, and at what it makes, without making it."""
