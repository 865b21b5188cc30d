"""The table of selected maps beside the published ones."""

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from benchmarks import feature_maps
from iqametrics.deep.selection import MapName, Selection


@pytest.mark.parametrize(
    ("dataset", "network", "expected"),
    [
        ("csiq", "alexnet", ["16", "0.90", "0.87"]),
        ("csiq", "vgg16", ["25", "0.91", "0.83"]),
        ("cidiq.50cm", "vgg16", ["28", "0.92", "0.80"]),
        ("tid2013", "alexnet", ["9", "0.95", "0.91"]),
        ("live", "alexnet", ["–"] * 3),  # noqa: RUF001
    ],
)
def test_published_figures_are_those_of_the_network(dataset, network, expected):
    assert [cell.text for cell in feature_maps.published_figures(dataset, network)] == expected


def test_a_row_for_every_set_and_network(tmp_path, monkeypatch, capsys):
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / name)
    (tmp_path / "tid2013.csv").write_text("reference,distorted,mos\na.png,b.png,3\n")
    spread = {"median": 0.8, "low": 0.7, "high": 0.85}
    asked = []

    def selected(dataset, network, weights, splits, cache):
        asked.append((dataset.name, network, weights, splits, cache))
        maps = (MapName("conv1", 8), MapName("conv4", 10))
        nested = {"test": {"plcc": spread}}
        return Selection("deep_ssim", {}, "", maps, (0.9, 0.93), {"all_maps": 0.89}, nested)

    monkeypatch.setattr(feature_maps, "selected", selected)
    sets = [f"{tmp_path / 'tid2013.csv'}={tmp_path}"]
    feature_maps.main([*sets, "--direction", "quality", "--splits", "7", "-o", str(tmp_path / "out")])
    assert [each[1:] for each in asked] == [(network, "imagenet", 7, None) for network in ("alexnet", "vgg16")]
    printed = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in printed.splitlines() if line.startswith("|")]
    name = asked[0][0]
    assert rows[2][1:] == ["AlexNet", "2", *_published(name, "alexnet", 0), "0.930", *_published(name, "alexnet", 1),
                           "0.890", *_published(name, "alexnet", 2), r"0.800 \[0.700, 0.850\]"]  # fmt: skip
    assert len(rows) == 4
    assert (tmp_path / "out" / "feature_maps.md").read_text() + "\n" == printed
    assert len(Selection.load(tmp_path / "out" / f"{name}-vgg16.json").maps) == 2
    with pytest.raises(SystemExit):
        feature_maps.main(["csiq"])


def _published(dataset, network, place):
    return [feature_maps.published_figures(dataset, network)[place].text]
