"""The command line, a file per command.

How a command ends, and the exit codes, stand in :mod:`iqametrics.cli.exits`.

Errors are one line on stderr; the faults of a data set a line each. Only cnn-error, curate and the last part of demo import
torch. The command modules import nothing heavy before their command runs.
"""

import click

from iqametrics.cli.benchmark import benchmark_command
from iqametrics.cli.cnn_error import cnn_error_group
from iqametrics.cli.completion import completion_command
from iqametrics.cli.curate import curate_command
from iqametrics.cli.demo import demo_command
from iqametrics.cli.distort import distort_command
from iqametrics.cli.exits import Commands, exit_codes
from iqametrics.cli.explain import explain_command
from iqametrics.cli.explain_maps import explain_maps_command
from iqametrics.cli.info import info_command
from iqametrics.cli.list import list_command
from iqametrics.cli.manifest import manifest_command
from iqametrics.cli.propagation import propagation_command
from iqametrics.cli.score import score_command
from iqametrics.cli.select import select_command
from iqametrics.cli.version import print_version
from iqametrics.cli.warmup import warmup_command


@click.group(cls=Commands, epilog=exit_codes(), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Show versions and the executors that can be used here.",
)
def main() -> None:
    """Measure image quality: exact and fast metrics for pictures and their distorted versions."""


for command in (
    score_command,
    explain_command,
    list_command,
    info_command,
    demo_command,
    benchmark_command,
    cnn_error_group,
    curate_command,
    distort_command,
    manifest_command,
    select_command,
    explain_maps_command,
    propagation_command,
    warmup_command,
    completion_command,
):
    main.add_command(command)
