"""From a config to pictures on disk."""
