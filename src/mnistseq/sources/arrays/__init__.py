"""Reading arrays from files: IDX, npz and MNIST's four files."""
