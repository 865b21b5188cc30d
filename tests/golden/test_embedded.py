"""The package gives the brute-force values on scikit-image's pictures: golden values for every machine.

How the figures were made, and when to make them anew, stands in make_embedded.py.
"""

import functools
import itertools
from pathlib import Path

import pytest
from skimage.metrics import structural_similarity

import iqametrics
from tests.closeness import assert_close
from tests.golden.embedded_pairs import digest, pairs
from tests.golden.table import read_csv
from tests.noting import noting

LINES = read_csv(Path(__file__).with_name("embedded.csv"))
TOLERANCE = 1e-9

cached_pairs = functools.cache(pairs)


def recipes():
    """Metric and convention -> their lines."""
    found = {}
    for line in LINES:
        found.setdefault("-".join(filter(None, (line["function"], line["convention"]))), []).append(line)
    return found


def test_pictures_are_those_the_figures_were_made_of():
    recorded = {line["pair"]: line["digest"] for line in LINES}
    assert {name: digest(*pair) for name, pair in cached_pairs().items()} == recorded


@pytest.mark.parametrize("recipe", recipes())
def test_values(recipe, backends):
    for backend, line in itertools.product(backends, recipes()[recipe]):
        options = {name: line[name] for name in ("convention", "color") if line[name]}
        with noting(backend, line):
            score = iqametrics.metric(line["function"])(*cached_pairs()[line["pair"]], backend=backend, **options)
            assert_close(score, float(line["value"]), TOLERANCE)


@pytest.mark.parametrize("name", sorted({line["pair"] for line in LINES}))
def test_ssim_convention_skimage_is_scikit_images_own(name):
    reference, distorted = cached_pairs()[name]
    theirs = structural_similarity(reference, distorted, channel_axis=2 if reference.ndim == 3 else None)
    ours = iqametrics.ssim(reference, distorted, convention="skimage", color="channels")
    assert ours == pytest.approx(theirs, rel=0, abs=1e-12)
