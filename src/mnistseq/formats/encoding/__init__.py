"""What several formats share: encoded images, records and checks."""
