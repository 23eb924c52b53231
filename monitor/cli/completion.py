"""`newsmonitor completion`: the script with which a shell completes the commands, as click makes it."""

import click
from click.shell_completion import get_completion_class

from monitor.output import echo

PROGRAM = "newsmonitor"
VARIABLE = "_NEWSMONITOR_COMPLETE"
"""The variable by which the script asks the program for completions. click derives it from the name of the program."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in SHELL.

    In bash: `source <(newsmonitor completion bash)`, for each shell in ~/.bashrc. In zsh the same in ~/.zshrc, after compinit.
    In fish: `newsmonitor completion fish > ~/.config/fish/completions/newsmonitor.fish`.
    """
    if (kind := get_completion_class(shell)) is None:
        raise click.ClickException(f"this version of click cannot complete in {shell}: pip install --upgrade click")
    echo(kind(ctx.find_root().command, {}, PROGRAM, VARIABLE).source())
