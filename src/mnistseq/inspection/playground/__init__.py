"""The playground: a local page for trying a config."""
