"""What a metric says of itself is so, and a metric travels."""

import copy
import math
import pickle
import subprocess
import sys

import numpy as np
import pytest

import iqametrics
from tests.conformance.cases import cheap, small_pair, small_shape
from tests.conformance.pictures import noisy, picture

SECTIONS = ["Parameters", "Returns", "Raises", "References", "Examples"]


def test_first_line_says_the_direction(default):
    first = default.__doc__.splitlines()[0]
    assert f"{default.better} is better" in first
    assert first.endswith(".")
    assert len(first) <= 120


def test_documentation_has_its_sections(default):
    lines = default.__doc__.splitlines()
    places = [lines.index(title) for title in SECTIONS]
    assert places == sorted(places)
    for title, place in zip(SECTIONS, places, strict=True):
        assert lines[place + 1] == "-" * len(title)
    assert ".. math::" in default.__doc__
    assert f"https://doi.org/{default.citation.doi}" in default.__doc__
    for convention in default.conventions:
        assert f"``{convention}``" in default.__doc__
    for option in default.options:
        assert f"\n{option} : " in default.__doc__


def test_the_record_is_complete(default):
    assert default.task == "fr"
    assert default.title
    low, high = default.range
    assert low < high
    assert low <= default.identity <= high
    if default.higher_is_better is not None:
        assert default.identity == (high if default.higher_is_better else low) or high == math.inf
    assert default.min_size >= 1
    assert default.citation.year > 1900
    assert default.conventions
    for convention in default.conventions.values():
        assert convention.recipe
        assert not convention.recipe.endswith(".")


def test_more_noise_is_worse(metric, executor):
    """Also than no noise at all."""
    if metric.higher_is_better is None:
        pytest.skip(f"of {metric.name}, what noise adds may make up for what it takes")
    reference = picture(small_shape(metric))
    scores = [metric(reference, noisy(reference, sigma), backend=executor) for sigma in (0, 2, 6, 15, 35, 80)]
    assert scores == sorted(scores, reverse=metric.higher_is_better)
    assert len(set(scores)) == len(scores)


def test_more_blur_is_worse(metric, executor):
    if metric.name == "ad":
        pytest.skip("a blur keeps the mean")
    images = [picture(small_shape(metric)).astype(np.float64)]
    for _ in range(4):
        image = np.pad(images[-1], 1, mode="edge")
        image = (image[:-2] + 2 * image[1:-1] + image[2:]) / 4
        images.append((image[:, :-2] + 2 * image[:, 1:-1] + image[:, 2:]) / 4)
    scores = [metric(images[0], image, data_range=255, backend=executor) for image in images]
    badness = [metric.badness(score) for score in scores]
    assert badness == sorted(badness)
    assert len(set(scores)) == len(scores)


def test_argument_order_matters_where_the_notes_say_so(metric, executor):
    reference = picture(small_shape(metric))
    distorted = (noisy(reference, 10) // 2 + 30).astype(np.uint8)
    forth, back = metric(reference, distorted, backend=executor), metric(distorted, reference, backend=executor)
    if "Not symmetric" in metric.__doc__:
        assert abs(forth - back) > 0.05
    else:
        assert forth == pytest.approx(back, rel=1e-12)


def test_contrast_enhancement_exceeds_1_where_the_notes_say_so(metric, executor):
    reference = picture(small_shape(metric)) // 3 + 80
    enhanced = np.clip((reference.astype(np.float64) - 120) * 1.8 + 120, 0, 255).astype(np.uint8)
    score = metric(reference, enhanced, backend=executor)
    if "above 1 where contrast is enhanced" in metric.__doc__:
        assert 1 < score < metric.range[1]
    elif metric.higher_is_better:
        assert score < metric.identity


def test_pickle_gives_the_registered_metric(default):
    plain = iqametrics.metric(default.name)
    assert pickle.loads(pickle.dumps(plain)) is plain
    assert copy.copy(plain) is plain
    assert copy.deepcopy(plain) is plain


def test_pickle_keeps_bound_options(metric):
    bound = metric.with_options(data_range=300, color="luma")
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        found = pickle.loads(pickle.dumps(bound, protocol))
        assert found.bound == bound.bound
        assert repr(found) == repr(bound)
        pair = [image.astype(np.float64) for image in small_pair(metric)]
        assert found(*pair) == bound(*pair)


def test_a_pickled_metric_opens_in_a_process_that_knows_nothing():
    program = (
        "import pickle, sys\n"
        "metric = pickle.loads(bytes.fromhex(sys.argv[1]))\n"
        "assert 'torch' not in sys.modules\n"
        "print(repr(metric))\n"
    )
    metric = cheap("ms_ssim", data_range=1.0)
    done = subprocess.run(
        [sys.executable, "-c", program, pickle.dumps(metric).hex()], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == repr(metric)


def test_records_cannot_be_changed(default):
    with pytest.raises(AttributeError):
        default.higher_is_better = not default.higher_is_better
    before = dict(default.bound)
    bound = default.with_options(data_range=17)
    assert default.bound == before
    assert bound.bound == {**before, "data_range": 17}
    assert bound.with_options(data_range=18).bound["data_range"] == 18


def test_a_call_overrides_what_is_bound(default, executor):
    pair = [image.astype(np.float64) for image in small_pair(default)]
    bound = default.with_options(data_range=255.0, backend=executor)
    assert bound(*pair) == default(*pair, data_range=255, backend=executor)
    assert bound(*pair, data_range=510) == default(*pair, data_range=510, backend=executor)
    assert bound.map_geometry(pair[0].shape) == default.map_geometry(pair[0].shape)


def test_a_depth_in_the_call_replaces_a_bound_range(default, executor):
    """And the other way round: bound and given, they do not contradict each other."""
    pair = small_pair(default)
    expected = default(*pair, data_range=1023, backend=executor)
    assert default.with_options(data_range=255)(*pair, bits=10, backend=executor) == expected
    assert default.with_options(bits=8)(*pair, data_range=1023, backend=executor) == expected
