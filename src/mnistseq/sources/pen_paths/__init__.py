"""What the sources of pen paths share: reading them, sizes and places in the cell, and the bank."""
