"""What several formats share: encoded images and records."""
