"""Read images and labels as arrays from IDX, npz and CSV files."""
