"""Data sets that are downloaded on first use: describe, locate, verify and fetch them."""
