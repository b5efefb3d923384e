"""``mnistseq completion``: print a shell script that completes commands."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, get_completion_class

from mnistseq.cli.support.commands import Command


class _Bash(BashComplete):
    """The script for bash, which adds no space after ``KEY=``."""

    source_template = BashComplete.source_template.replace(
        "            COMPREPLY+=($value)\n",
        "            COMPREPLY+=($value)\n"
        "            [[ $value == *= ]] && compopt -o nospace 2> /dev/null\n",
    )


@click.command(
    "completion",
    cls=Command,
    examples=[
        'eval "$(mnistseq completion bash)"',
        'eval "$(mnistseq completion zsh)"',
        "mnistseq completion fish | source",
    ],
    page="install.md#completion-and-manual-pages",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print a script that completes commands, options and values in SHELL.

    Pressing Tab then completes options, sources, presets, formats, executors, keys of a
    config, files and folders. Run the line of your shell below once, or put it into the
    file that the shell reads when it starts: ~/.bashrc, ~/.zshrc, or
    ~/.config/fish/config.fish.
    """
    completer = _Bash if shell == "bash" else get_completion_class(shell)
    if completer is None:
        raise click.UsageError(f"this version of click has no completion for {shell}; update it")
    script = completer(ctx.find_root().command, {}, "mnistseq", "_MNISTSEQ_COMPLETE")
    click.echo(script.source(), nl=False)
