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
from tests.noting import noting

SECTIONS = ["Parameters", "Returns", "Raises", "References", "Examples"]


def test_documentation(default):
    """Its first line says the direction, and it has the sections that numpydoc wants."""
    lines = default.__doc__.splitlines()
    assert f"{default.better} is better" in lines[0]
    assert lines[0].endswith(".")
    assert len(lines[0]) <= 120
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
    if default.identity is not None:
        assert low <= default.identity <= high
        if default.higher_is_better is not None:
            assert default.identity == (high if default.higher_is_better else low) or high == math.inf
    assert default.min_size >= 1
    assert default.citation.year > 1900
    assert default.conventions
    for convention in default.conventions.values():
        assert convention.recipe
        assert not convention.recipe.endswith(".")


def test_more_noise_and_more_blur_are_worse(metric, executors):
    """Also than no noise and no blur at all."""
    image = picture(small_shape(metric))
    blurred = [image.astype(np.float64)]
    for _ in range(4):
        padded = np.pad(blurred[-1], 1, mode="edge")
        across = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
        blurred.append((across[:, :-2] + 2 * across[:, 1:-1] + across[:, 2:]) / 4)
    series = {"blur": blurred, "noise": [noisy(image, sigma).astype(float) for sigma in (0, 2, 6, 15, 35, 80)]}
    if metric.name == "ad":
        del series["blur"]  # which keeps the mean
    if metric.higher_is_better is None:
        del series["noise"]  # what it adds may make up for what it takes
    if metric.identity is None:
        series = {name: images[1:] for name, images in series.items()}
        del series["blur"]  # which takes from a picture what makes it bad by itself
    for name, images in series.items():
        for executor in executors:
            with noting(name, executor):
                scores = [metric(images[0], other, data_range=255, backend=executor) for other in images]
                badness = [metric.badness(score) for score in scores]
                assert badness == sorted(badness)
                assert metric.name == "mad" or len(set(scores)) == len(scores)  # errors that are masked all give 0


def test_notes_on_order_and_contrast_are_so(metric, executors):
    """Whether the arguments may change places, and whether more contrast scores above 1."""
    reference = picture(small_shape(metric))
    distorted = (noisy(reference, 10) // 2 + 30).astype(np.uint8)
    dull = reference // 3 + 80
    enhanced = np.clip((dull.astype(np.float64) - 120) * 1.8 + 120, 0, 255).astype(np.uint8)
    for executor in executors:
        with noting(executor):
            forth, back = metric(reference, distorted, backend=executor), metric(distorted, reference, backend=executor)
            if "Not symmetric" in metric.__doc__:
                assert abs(forth - back) > 0.05
            elif "Not quite symmetric" in metric.__doc__:
                assert forth != pytest.approx(back, rel=1e-6)
            else:
                assert forth == pytest.approx(back, rel=1e-12)
            score = metric(dull, enhanced, backend=executor)
            if "above 1 where contrast is enhanced" in metric.__doc__:
                assert 1 < score < metric.range[1]
            elif metric.higher_is_better and metric.identity is not None:
                assert score < metric.identity


def test_a_metric_travels(default):
    """Pickled and copied it is the registered one, and keeps what is bound to it."""
    plain = iqametrics.metric(default.name)
    assert pickle.loads(pickle.dumps(plain)) is plain
    assert copy.copy(plain) is plain
    assert copy.deepcopy(plain) is plain
    for convention in default.conventions:
        bound = default.with_options(convention=convention, data_range=300, color="luma")
        found = pickle.loads(pickle.dumps(bound))
        assert found.bound == bound.bound
        assert repr(found) == repr(bound)
        pair = [image.astype(np.float64) for image in small_pair(bound)]
        assert found(*pair) == bound(*pair)


def test_every_protocol_of_pickle(representative):
    bound = representative.with_options(data_range=300)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(bound, protocol)).bound == bound.bound


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


def test_records_cannot_be_changed(representative):
    with pytest.raises(AttributeError):
        representative.higher_is_better = not representative.higher_is_better
    before = dict(representative.bound)
    bound = representative.with_options(data_range=17)
    assert representative.bound == before
    assert bound.bound == {**before, "data_range": 17}
    assert bound.with_options(data_range=18).bound["data_range"] == 18


def test_a_call_overrides_what_is_bound(representative, executor):
    pair = [image.astype(np.float64) for image in small_pair(representative)]
    bound = representative.with_options(data_range=255.0, backend=executor)
    assert bound(*pair) == representative(*pair, data_range=255, backend=executor)
    assert bound(*pair, data_range=510) == representative(*pair, data_range=510, backend=executor)
    assert bound.map_geometry(pair[0].shape) == representative.map_geometry(pair[0].shape)


def test_a_depth_in_the_call_replaces_a_bound_range(representative, executor):
    """And the other way round: bound and given, they do not contradict each other."""
    pair = [image.astype(np.uint16) for image in small_pair(representative)]
    expected = representative(*pair, data_range=1023, backend=executor)
    assert representative.with_options(data_range=255)(*pair, bits=10, backend=executor) == expected
    assert representative.with_options(bits=8)(*pair, data_range=1023, backend=executor) == expected
