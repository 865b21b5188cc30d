"""Metrics whose scores are the better the nearer they are to a value."""

import numpy as np
import pytest

from iqametrics import metric
from iqametrics.benchmark import Scores, Settings, Study, assess
from iqametrics.datasets import manifest
from iqametrics.scoring import How, Pair, Result, Score


@pytest.mark.parametrize("sign", [1, -1, "both"])
def test_images_are_ranked_by_the_distance_from_what_identical_ones_have(sign):
    study = Study(manifest("tid2013"))
    distance = (9 - study.dataset.scores.to_numpy()) / 20
    sides = np.where(np.arange(len(distance)) % 2, 1, -1) if sign == "both" else sign
    scores = 1 + sides * distance
    results = tuple(
        Result(Pair("r", name), scores=[Score(metric("sc"), float(score))])
        for name, score in zip(study.names, scores, strict=True)
    )
    overall = assess(Scores(study, How([metric("sc")], {}), results), Settings(ci=None)).evaluations["sc"].overall
    assert overall.oriented("srocc") == pytest.approx(1, abs=1e-6)
