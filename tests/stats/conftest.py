"""Opinions and scores made up so that what is true of them is known."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture
def study(rng):
    """Opinions, scores that follow them, the same with more noise, references and distortion types."""
    references = np.repeat(np.arange(20), 12)
    groups = np.tile(np.repeat(["blur", "jpeg", "noise"], 4), 20)
    quality = rng.uniform(size=240)
    mos = 1 + 4 * quality + 0.3 * rng.normal(size=240) + 0.2 * rng.normal(size=20)[references]
    good = np.tanh(2 * quality) + 0.05 * rng.normal(size=240)
    poor = 1 - quality + 0.3 * rng.normal(size=240)
    return {"mos": mos, "good": good, "poor": poor, "references": references, "groups": groups}
