"""The file that the page about writing a metric shows is a metric, alone, on every executor."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from iqametrics.front import Metric
from iqametrics.kernels import ON_CPU
from tests import naive
from tests.closeness import assert_close
from tests.conformance.cases import why_not
from tests.conformance.pictures import noisy, picture

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "writing_a_metric.rst"


def shown_whole():
    """The Python files that the page includes without cutting anything."""
    included = re.findall(r"^\.\. literalinclude:: (\S+)\n((?:   :.*\n)*)", PAGE.read_text("utf-8"), re.MULTILINE)
    return [(DOCS / path).resolve() for path, options in included if options == "   :language: python\n"]


@pytest.fixture
def metrics(own_registry):
    """The metrics that those files make, run anew as if the package had never had them."""
    made = {}
    for path in shown_whole():
        for alias in [alias for alias, metric in own_registry.items() if metric.name == path.stem]:
            del own_registry[alias]
        spec = importlib.util.spec_from_file_location(f"shown_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        made[path.stem] = getattr(module, path.stem)
    return made


def test_page_shows_a_metric_of_the_package_and_one_of_a_user():
    assert [path.relative_to(DOCS.parent).as_posix() for path in shown_whole()] == [
        "iqametrics/fr/uqi.py",
        "docs/_examples/gmsm.py",
    ]


@pytest.mark.parametrize("executor", ON_CPU)
def test_files_make_metrics_that_run_on_every_executor(metrics, own_registry, executor):
    if why_not(executor):
        pytest.skip(why_not(executor))
    reference = picture((40, 45))
    distorted = noisy(reference)
    for name, metric in metrics.items():
        assert isinstance(metric, Metric)
        assert own_registry[name] is metric
        assert_close(
            metric(reference, distorted, backend=executor), metric(reference, distorted, backend="numpy"), 1e-12
        )
        assert_close(metric(reference, reference, backend=executor), metric.identity, 1e-14)
    assert_close(
        metrics["uqi"](reference, distorted, backend=executor),
        naive.uqi(reference.astype(np.float64), distorted.astype(np.float64)),
        1e-12,
    )
