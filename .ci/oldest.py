"""Print the oldest versions that setup.cfg allows of its requirements and of the extras named, as constraints for pip."""

import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path

SETUP = Path(__file__).parents[1] / "setup.cfg"


def bounds(lines: str, extras: configparser.SectionProxy) -> Iterator[str]:
    """Every ``name>=version`` of a list as ``name==version``, with the extras it includes."""
    for line in lines.split():
        if included := re.fullmatch(r"iqametrics\[(\w+)\]", line):
            yield from bounds(extras[included[1]], extras)
        else:
            yield line.replace(">=", "==")


def main() -> None:
    """Print a line per requirement."""
    parser = configparser.ConfigParser()
    parser.read(SETUP, "utf-8")
    extras = parser["options.extras_require"]
    for lines in (parser["options"]["install_requires"], *(extras[name] for name in sys.argv[1:])):
        for bound in bounds(lines, extras):
            print(bound)


if __name__ == "__main__":
    main()
