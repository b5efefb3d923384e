"""Reading arrays from files: IDX and MNIST's four files."""
