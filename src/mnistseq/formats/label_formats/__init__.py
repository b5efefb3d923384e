"""Label formats: what format `files` adds for trainers that read label files of their own."""
