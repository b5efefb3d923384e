"""Data sets that are downloaded on first use: what they are, where they lie, how they get here."""
