"""A data set, a metric and the statistics fit together: columns, directions, names."""

import numpy as np
import pytest
from PIL import Image

from iqametrics import mse, psnr
from iqametrics.datasets import load
from iqametrics.errors import NonFiniteError
from iqametrics.stats import evaluate

LEVELS = 4


@pytest.fixture
def rated(tmp_path):
    """Six references with two kinds of harm that grow with the level, and opinions that grow with it."""
    rng = np.random.default_rng(3)
    lines = ["reference,distorted,dmos,type,level"]
    for k in range(6):
        picture = rng.integers(40, 216, (24, 24)).astype(np.uint8)
        Image.fromarray(picture).save(tmp_path / f"r{k}.png")
        for level in range(1, LEVELS + 1):
            noisy = np.clip(picture + rng.normal(0, 6 * level, picture.shape), 0, 255)
            for kind, harmed in (("noise", noisy), ("dark", picture - 9 * level)):
                name = f"r{k}_{kind}_{level}.png"
                Image.fromarray(harmed.astype(np.uint8)).save(tmp_path / name)
                lines.append(f"r{k}.png,{name},{level + rng.uniform(0, 0.5):.3f},{kind},{level}")
    (tmp_path / "set.csv").write_text("\n".join(lines) + "\n")
    return load(tmp_path / "set.csv", tmp_path, direction="distortion")


def evaluated(rated, metric, **options):
    scores = [metric(reference, distorted) for reference, distorted in rated.pairs()]
    return evaluate(
        scores,
        rated.scores,
        direction=metric.higher_is_better,
        mos_kind=rated.card.score,
        groups=rated.table["type"],
        references=rated.table["reference"],
        images=rated.table["distorted"],
        name=metric.name,
        **options,
    )


@pytest.mark.parametrize("metric", [mse, psnr])
def test_figures_of_a_metric_on_a_data_set(rated, metric):
    result = evaluated(rated, metric)
    assert (result.overall.n, result.overall.n_references) == (48, 6)
    assert result.overall.sign_ok
    assert result.overall.expected_sign == (-1 if metric.higher_is_better else 1)
    assert result.overall.oriented("srocc") > 0.8
    assert [row.label for row in result.distortions] == ["dark", "noise"]
    assert [row.label for row in result.references] == [f"r{k}.png" for k in range(6)]
    frame = result.to_frame()
    assert set(frame["metric"]) == {metric.name}
    assert frame["scope"].value_counts().to_dict() == {"reference": 6, "distortion": 2, "overall": 1}


def test_an_image_without_harm_has_no_finite_psnr_and_is_named(rated):
    first = rated.table["distorted"][0]
    (rated.root / first).write_bytes((rated.root / "r0.png").read_bytes())
    with pytest.raises(
        NonFiniteError, match=rf"1 of 48 images have no finite score of psnr: {first} \(inf\)"
    ) as caught:
        evaluated(rated, psnr)
    assert caught.value.images == (first,)
    assert evaluated(rated, psnr, missing="drop", ci=None).dropped == (first,)
