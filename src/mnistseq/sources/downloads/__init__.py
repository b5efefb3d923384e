"""Data sets that are downloaded on first use: their description, where they are, the download."""
