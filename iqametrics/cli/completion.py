"""``iqametrics completion``: what a shell needs to complete commands, options and metrics."""

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "zsh", "fish")
_PROGRAM = "iqametrics"


@click.command(
    "completion",
    short_help="Print what makes a shell complete commands and metrics.",
    epilog="""\b
Write this into the file that your shell reads when it starts:
  ~/.bashrc                   eval "$(iqametrics completion bash)"
  ~/.zshrc                    eval "$(iqametrics completion zsh)"
  ~/.config/fish/config.fish  iqametrics completion fish | source""",
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands, options, files and the names of metrics."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"this version of click completes nothing in {shell}")
    click.echo(kind(ctx.find_root().command, {}, _PROGRAM, f"_{_PROGRAM.upper()}_COMPLETE").source())
