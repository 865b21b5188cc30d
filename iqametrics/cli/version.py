"""``iqametrics --version``: versions, and which executors can be used here."""

import platform

import click


def print_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    """Print them and end; the first line holds nothing but the name and the version of the package."""
    if not wanted or ctx.resilient_parsing:
        return
    from iqametrics import __version__, backends

    click.echo(f"iqametrics {__version__}")
    click.echo(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    click.echo("Executors:")
    for backend in backends():
        state = f"usable, version {backend.version or 'unknown'}" if backend.usable else f"not usable: {backend.reason}"
        click.echo(f"  {backend.name:<7}{state}")
    ctx.exit()
