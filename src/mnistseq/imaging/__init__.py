"""Image operations that several transforms share, and the one module that opens image files."""
