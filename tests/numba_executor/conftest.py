"""Installed copies of the package."""

import pytest

from tests.numba_executor.installed import Installed


@pytest.fixture
def installed(tmp_path):
    """A copy with nothing compiled, of this test's own."""
    return Installed(tmp_path)


@pytest.fixture(scope="session")
def warm(tmp_path_factory):
    """A copy in which everything is compiled for pixels of 8 bits and of single precision; not to be changed."""
    copy = Installed(tmp_path_factory.mktemp("warm"))
    copy.first = copy.run(
        "from iqametrics.warmup import warmup\n"
        "watch()\n"
        "spent = warmup(dtypes=['uint8', 'float32'])\n"
        "report(spent=spent, scores={n: [score(n, d) for d in ('uint8', 'float32')] for n in spent})"
    )
    return copy
