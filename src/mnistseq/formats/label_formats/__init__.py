"""Label formats: label files that format `files` adds for trainers."""
