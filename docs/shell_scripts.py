"""The scripts with which shells complete commands, where packages put them."""

from __future__ import annotations

from click.testing import CliRunner

from mnistseq.cli import main as mnistseq

PATHS = {
    "bash": "share/bash-completion/completions/mnistseq",
    "fish": "share/fish/vendor_completions.d/mnistseq.fish",
    "zsh": "share/zsh/site-functions/_mnistseq",
}


def files() -> dict[str, str]:
    """Return the scripts by their paths in the project."""
    return {
        path: CliRunner().invoke(mnistseq, ["completion", shell]).output
        for shell, path in PATHS.items()
    }
