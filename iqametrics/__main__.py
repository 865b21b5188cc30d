"""``python -m iqametrics``."""

from iqametrics.cli import main

main(prog_name="iqametrics")
