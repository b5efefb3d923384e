"""Shared by several formats: encoded images, records and checks."""
