"""``python -m mnistseq``."""

from mnistseq.cli import main

main(prog_name="mnistseq")
