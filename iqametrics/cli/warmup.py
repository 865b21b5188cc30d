"""``iqametrics warmup``: compile now what the first call would compile."""

import click

from iqametrics.cli.choices import ALL, chosen, complete_metrics


@click.command(
    "warmup",
    short_help="Compile metrics ahead of their first call.",
    epilog="""\b
Examples:
  iqametrics warmup
  iqametrics warmup ssim,gmsd
  iqametrics warmup ssim:skimage --dtypes uint8,float32""",
)
@click.argument("metrics", nargs=-1, metavar="[LIST]...", shell_complete=complete_metrics)
@click.option(
    "--dtypes",
    metavar="LIST",
    help="Types of pixels, separated by commas: uint8, uint16, float32, float64. Default all.",
)
def warmup_command(metrics: tuple[str, ...], dtypes: str | None) -> None:
    """Compile metrics ahead of their first call.

    LIST holds metrics separated by commas, each NAME[:CONVENTION][:OPTION=VALUE]; all that need no weights unless given.
    The compiled code stays on disk, beside the package or in the user's cache folder, where other processes find it.
    Prints the seconds spent, next to none where a metric was compiled before.
    """
    from iqametrics.naming import label
    from iqametrics.warmup import DTYPES, warmup

    choices = chosen(metrics or (ALL,), task=None)
    types = DTYPES if dtypes is None else tuple(name.strip() for name in dtypes.split(","))
    if not set(types) <= set(DTYPES):
        raise click.UsageError(f"--dtypes {dtypes}: code is made for {', '.join(DTYPES)}")
    for metric, _ in choices:
        (seconds,) = warmup([metric], types).values()
        click.echo(f"{label(metric):<24} {seconds:6.2f} s")
