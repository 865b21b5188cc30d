"""Metrics against the opinions of a data set: python benchmarks/datasets.py --dataset tid2013 --root DIR [--metrics all].

The same as ``iqametrics benchmark tid2013 --root DIR``, whose other options it takes too.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from iqametrics.cli import main


def command(arguments: Sequence[str]) -> list[str]:
    """The arguments as ``iqametrics`` takes them."""
    parser = ArgumentParser(description=__doc__.splitlines()[0], epilog="Other options: iqametrics benchmark --help")
    parser.add_argument("--dataset", required=True, help="tid2013, live, ...; the path of a CSV; or demo")
    given, others = parser.parse_known_args(arguments)
    return ["benchmark", given.dataset, *others]


if __name__ == "__main__":
    main(command(sys.argv[1:]))
