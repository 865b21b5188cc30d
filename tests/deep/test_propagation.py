"""How far distortions move layers."""

import numpy as np
import pytest
import torch

from iqametrics.datasets import distortions
from iqametrics.deep import backbone, layer_propagation
from iqametrics.deep.propagation import changes
from iqametrics.errors import OptionError
from tests.deep.conftest import crop


@pytest.fixture(scope="module")
def network():
    return backbone("alexnet", weights="surrogate", taps=["conv1", "relu3"])


def test_changes_are_those_of_the_equations(network):
    image = crop("astronaut")
    found = layer_propagation({"a": image}, network, ["jpeg"], levels=[4])
    assert [(row.picture, row.distortion, row.level, row.layer) for row in found.rows] == [
        ("a", "jpeg", 4, "conv1"),
        ("a", "jpeg", 4, "relu3"),
    ]
    tensors = [
        torch.from_numpy(each.astype(np.float32) / 255).permute(2, 0, 1)[None]
        for each in (image, distortions.apply("jpeg", image, level=4))
    ]
    a, b = (network(each) for each in tensors)
    for row in found.rows:
        x, y = a[row.layer].double(), b[row.layer].double()
        assert row.relative == pytest.approx(float(((y - x) ** 2).sum() ** 0.5 / (x**2).sum() ** 0.5), rel=1e-5)
        unit = [each / (each**2).sum(1, keepdim=True).sqrt().clamp(min=1e-12) for each in (x, y)]
        assert row.direction == pytest.approx(float(((unit[0] - unit[1]) ** 2).sum(1).mean()), rel=1e-5)


def test_direction_is_blind_to_a_factor():
    maps = torch.rand(1, 5, 4, 4, dtype=torch.float64)
    zeros = torch.zeros_like(maps)
    cases = [(3 * maps, maps, (2, 0)), (maps, maps, (0, 0)), (-maps, maps, (2, 4)), (zeros, zeros, (0, 0))]
    for distorted, original, expected in cases:
        assert [float(each) for each in changes(distorted, original)] == pytest.approx(expected, abs=1e-12)


def test_more_distortion_moves_every_layer_further(network):
    pictures = {"a": crop("astronaut"), "b": crop("coffee")}
    found = layer_propagation(pictures, network, ["gaussian_blur", "gaussian_noise"], levels=[1, 3, 5])
    assert len(found.rows) == 2 * 2 * 3 * 2
    means = {(row.distortion, row.level, row.layer): row for row in found.means()}
    for name in ("gaussian_blur", "gaussian_noise"):
        for layer in network.taps:
            rising = [means[name, level, layer].relative for level in (1, 3, 5)]
            assert rising == sorted(rising)
            assert rising[0] < rising[-1]
    both = [row.relative for row in found.rows if row[1:4] == ("gaussian_blur", 5, "conv1")]
    assert means["gaussian_blur", 5, "conv1"].relative == pytest.approx(np.mean(both))


def test_the_figure(network, tmp_path):
    from iqametrics.report.feature_maps import propagation_figure
    from iqametrics.report.figures import save_figure

    found = layer_propagation({"a": crop("astronaut")}, network, ["jpeg", "gaussian_blur"], levels=[2, 5])
    figure = propagation_figure(found)
    assert [axes.get_title() for axes in figure.axes] == ["jpeg", "gaussian blur"]
    lines = figure.axes[0].lines
    expected = [row.relative for row in found.means() if (row.distortion, row.level) == ("jpeg", 5)]
    np.testing.assert_allclose(lines[1].get_ydata(), expected)
    save_figure(figure, tmp_path / "propagation.png")


def test_nothing_to_do(network):
    with pytest.raises(OptionError, match="at least one picture"):
        layer_propagation({}, network, ["jpeg"])
