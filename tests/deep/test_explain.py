"""Each way to explain a map, against what is known beforehand of maps that were made for it."""

import numpy as np
import pytest
import torch

from iqametrics.deep import backbone, surrogate
from iqametrics.deep.explain import (
    concept_set,
    dissect,
    explain_maps,
    maximise_activation,
    prediction_difference,
)
from iqametrics.deep.explain.concepts import ORIENTATIONS, PROTOTYPES
from iqametrics.deep.explain.dissection import ACTIVE, enlarged
from iqametrics.deep.explain.patches import Conditional
from iqametrics.deep.selection import MapName, Selection
from iqametrics.errors import OptionError, ShapeError, WeightsError
from iqametrics.geometry import MapGeometry
from tests.deep.conftest import crop

CORNER = MapName("corner", 0)


def corner(images):
    """A map that sees nothing but the first 8x8 pixels."""
    return {"corner": images[:, :1, :8, :8] ** 2}


@pytest.mark.parametrize("sampler", ["marginal", "conditional"])
def test_a_corner_has_no_relevance_elsewhere(sampler):
    image = crop("astronaut", 40)[:, :40]
    found = prediction_difference(image, corner, [CORNER], size=6, stride=3, samples=3, sampler=sampler, seed=1)
    assert found.shape == (1, 40, 40)
    # Windows that touch the corner reach 5 pixels beyond it.
    assert np.all(found[0, 8 + 5 :] == 0)
    assert np.all(found[0, :, 8 + 5 :] == 0)
    assert np.any(found[0, :8, :8] != 0)


def test_a_linear_map_has_the_relevance_that_can_be_written_down():
    """All samples are of one colour c, so that a window w is worth the sum over it of weights times x - c."""
    random = np.random.default_rng(0)
    weights, image = random.normal(size=(20, 22, 3)), random.random((20, 22, 3))
    grey = np.full((20, 22, 3), 0.25)

    def linear(images):
        return {
            "linear": (images * torch.from_numpy(weights).permute(2, 0, 1).float()).sum((1, 2, 3))[:, None, None, None]
        }

    size, stride = 5, 2
    found = prediction_difference(
        image, linear, [MapName("linear", 0)], size=size, stride=stride, samples=2, sampler="marginal", pictures=[grey]
    )
    total, count = np.zeros((20, 22)), np.zeros((20, 22))
    worth = (weights * (image - grey)).sum(-1)
    for row in sorted({*range(0, 16, stride), 15}):
        for column in sorted({*range(0, 18, stride), 17}):
            place = slice(row, row + size), slice(column, column + size)
            total[place] += worth[place].sum()
            count[place] += 1
    np.testing.assert_allclose(found[0], total / count, atol=2e-4)


def test_relevance_depends_on_the_seed_alone():
    image = crop("coffee", 40)
    network = backbone("alexnet", weights="surrogate", taps=["conv1"])
    maps = [MapName("conv1", 0), MapName("conv1", 56)]
    options = {"size": 4, "stride": 10, "samples": 2}
    first, again = (prediction_difference(image, network, maps, **options, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, prediction_difference(image, network, maps, **options, seed=4))


def test_conditional_samples_follow_their_frame():
    """Of pictures of one brightness each, the frame tells the inside."""
    random = np.random.default_rng(0)
    pictures = [np.full((30, 30, 3), level) for level in np.linspace(0, 1, 40)]
    sampler = Conditional(pictures, (30, 30), 6, 2, 400, random)
    for level in (0.2, 0.7):
        image = np.full((30, 30, 3), level)
        for row, column in ((12, 9), (0, 0), (24, 3)):
            drawn = sampler.draw(image, row, column, 5)
            assert drawn.shape == (5, 6, 6, 3)
            np.testing.assert_allclose(drawn, level, atol=0.02)


def test_conditional_samples_have_the_covariance_of_the_pictures():
    """White noise: the frame says nothing, mean and variance are those of the pictures."""
    random = np.random.default_rng(1)
    noise = [random.random((60, 60, 3)) for _ in range(4)]
    sampler = Conditional(noise, (40, 40), 4, 1, 4000, random)
    drawn = sampler.draw(random.random((40, 40, 3)), 10, 10, 3000)
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)
    assert drawn.std() == pytest.approx(1 / 12**0.5, abs=0.03)  # clipped to the range, a little less
    neighbours = np.corrcoef(drawn[:, 1, 1, 0], drawn[:, 1, 2, 0])[0, 1]
    assert abs(neighbours) < 0.1


def test_bad_windows():
    image = crop("astronaut", 40)
    with pytest.raises(OptionError, match="windows must fit"):
        prediction_difference(image, corner, [CORNER], size=60)
    with pytest.raises(OptionError, match="has maps 0 to 0, there is no 3"):
        prediction_difference(image, corner, [MapName("corner", 3)])
    with pytest.raises(OptionError, match="not of conv1"):
        prediction_difference(image, corner, [MapName("conv1", 3)])
    with pytest.raises(OptionError, match="sampler"):
        prediction_difference(image, corner, [CORNER], sampler="uniform")
    with pytest.raises(ShapeError, match="fewer than the image"):
        prediction_difference(image, corner, [CORNER], sampler="marginal", pictures=[image[:30]])
    with pytest.raises(OptionError, match="a frame of 2"):
        prediction_difference(image, corner, [CORNER], size=38)


def gabors():
    """Numbers, directions and wavelengths of surrogate Gabor filters that AlexNet's window of 11 pixels shows well."""
    for scale, wavelength in ((0, 11 / 1.5), (1, 11 / 1.5 / 1.6)):
        for step in range(0, ORIENTATIONS, 3):
            yield scale * 16 + step * 2, 180 * step / ORIENTATIONS, wavelength


def test_the_favourite_of_a_gabor_filter_has_its_waves():
    network = backbone("alexnet", weights="surrogate", taps=["conv1"])
    maps = [MapName("conv1", number) for number, _, _ in gabors()]
    found = maximise_activation(network, maps, seed=0)
    assert found.images.shape == (6, 64, 64, 3)
    assert np.all(found.after > found.before)
    images = torch.from_numpy(np.stack(list(crops())) / 255).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        values = network(images)["conv1"][:, [name.number for name in maps]].relu().mean((-2, -1)).numpy()
    assert np.all(found.after > np.percentile(values, 99, axis=0))
    for image, (_, degrees, wavelength) in zip(found.images, gabors(), strict=True):
        grey = image.mean(-1).astype(float)
        power = np.abs(np.fft.fft2((grey - grey.mean()) * np.outer(np.hanning(64), np.hanning(64)), (512, 512)))
        row, column = np.unravel_index(power[:257].argmax(), (257, 512))
        across, down = (column if column < 256 else column - 512) / 512, row / 512
        angle = np.degrees(np.arctan2(down, across)) % 180
        assert min(abs(angle - degrees), 180 - abs(angle - degrees)) < 10
        assert np.hypot(across, down) * wavelength == pytest.approx(1, abs=0.25)


def crops():
    from iqametrics.demo.pictures import pictures

    random = np.random.default_rng(0)
    for picture in pictures().values():
        for _ in range(40):
            top, left = (int(random.integers(side - 64)) for side in picture.shape[:2])
            yield picture[top : top + 64, left : left + 64]


def test_favourites_depend_on_the_seed_alone():
    network = backbone("alexnet", weights="surrogate", taps=["conv3"])
    maps = [MapName("conv3", 5), MapName("conv3", 9)]
    first, again, other = (maximise_activation(network, maps, steps=3, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
    assert first.images.shape == (2, 128, 128, 3)
    assert np.all(first.after > first.before)
    assert first.images.min() >= 0
    assert first.images.max() <= 1
    with pytest.raises(OptionError, match="steps"):
        maximise_activation(network, maps, steps=0)


def test_concepts_are_where_they_say():
    found = concept_set(20, 64, seed=5, photographs=4)
    again = concept_set(20, 64, seed=5, photographs=4)
    assert len(found.images) == 24
    np.testing.assert_array_equal(found.images, again.images)
    textures = [name for name, category in found.categories.items() if category == "texture"]
    colors = [name for name, category in found.categories.items() if category == "color"]
    assert (len(textures), len(colors)) == (11, 11)
    shown = np.sum([found.masks[name] for name in found.concepts], 0)
    np.testing.assert_array_equal(shown, 1)  # every pixel has its one concept
    assert all(found.masks[name].any() for name in found.concepts)
    assert all(not found.masks[name][10:].any() for name in textures)
    red = found.images[found.masks["red"]].mean(0)
    assert red[0] > 2 * max(red[1], red[2])
    upright = found.masks["stripes 0 deg"]
    number = int(upright.any((1, 2)).argmax())
    rows, columns = np.nonzero(upright[number])
    patch = found.images[number, rows.min() : rows.max() + 1, columns.min() : columns.max() + 1, 0]
    assert patch.std(1).mean() > 5 * patch.std(0).mean()
    with pytest.raises(OptionError, match="at least 6 images"):
        concept_set(3)
    with pytest.raises(OptionError, match="photographs=0"):
        concept_set(side=301)


def test_photographs_are_labelled_by_the_colours_that_they_show():
    from skimage.color import rgb2lab

    found = concept_set(6, 32, photographs=3)
    prototypes = rgb2lab(np.array([list(PROTOTYPES.values())]) / 255.0)[0]
    for number in (6, 8):
        lab = rgb2lab(found.images[number].astype(float))
        for row, column in ((0, 0), (7, 30), (20, 11)):
            nearest = min(range(11), key=lambda code: np.linalg.norm(lab[row, column] - prototypes[code]))
            assert found.masks[list(PROTOTYPES)[nearest]][number, row, column]
    bare = concept_set(6, 32, photographs=0)
    np.testing.assert_array_equal(bare.images, found.images[:6])


@pytest.fixture(scope="module")
def concepts():
    return concept_set(60, 128, seed=0)


def test_known_filters_get_their_names(concepts):
    network = backbone("alexnet", weights="surrogate", taps=["conv1"])
    upright, level, fine, blue, red = (MapName("conv1", number) for number in (0, 8, 16, 56, 48))
    found = dissect(network, [upright, level, fine, blue, red], concepts)
    names = [found.best(place)[0] for place in range(5)]
    assert names == ["stripes 0 deg", "stripes 90 deg", "stripes 0 deg", "blue", "red"]
    # A filter of one wavelength in three finds less of the stripes than it takes to be called their detector.
    assert [found.detects(place) for place in range(5)] == [False, False, True, True, True]
    assert found.iou.shape == (5, 22)


def test_overlaps_are_those_of_counting(concepts):
    network = backbone("alexnet", weights="surrogate", taps=["conv2"])
    maps = [MapName("conv2", 3), MapName("conv2", 77)]
    found = dissect(network, maps, concepts)
    (_, place) = network.layout((128, 128))["conv2"]
    images = torch.from_numpy(concepts.images).permute(0, 3, 1, 2)
    with torch.no_grad():
        values = torch.cat([network(each)["conv2"] for each in images.split(1)])[:, [3, 77]].double()
    for k in range(2):
        stack = values[:, k]
        assert float((stack > found.thresholds[k]).double().mean()) == pytest.approx(ACTIVE, rel=0.02)
        active = (enlarged(stack, place, 128) > found.thresholds[k]).numpy()
        for c, name in enumerate(concepts.concepts):
            mask = concepts.masks[name]
            half = slice(0, 30) if concepts.categories[name] == "texture" else slice(30, 72)
            both = np.logical_and(active[half], mask[half]).sum()
            assert found.iou[k, c] == pytest.approx(both / np.logical_or(active[half], mask[half]).sum(), abs=1e-9)
        assert found.strongest[k] == int(stack.flatten(1).amax(1).argmax())
    with pytest.raises(OptionError, match="no maps"):
        dissect(network, [], concepts)


def test_maps_are_enlarged_about_the_centres_of_their_fields():
    place = MapGeometry((1.5, 1.5), (4.0, 4.0))
    ramp = (torch.arange(6.0)[:, None] * 4 + 1.5 + torch.zeros(6, 6))[None]
    found = enlarged(ramp.double(), place, 24)
    np.testing.assert_allclose(found[0, 2:21, 5], np.arange(2.0, 21.0), atol=1e-5)
    np.testing.assert_allclose(found[0, :2, 5], 1.5, atol=1e-5)


def test_an_explanation_has_all_of_it(concepts, tmp_path):
    image = crop("astronaut", 64)[:, :64]
    maps = (MapName("conv2", 4), MapName("conv1", 0))
    selection = Selection("deep_ssim", {"backbone": "alexnet", "weights": "surrogate"}, surrogate.LABEL, maps)
    found = explain_maps(selection, image, size=8, stride=16, samples=2, steps=4, concepts=concepts)
    assert [each.name for each in found.maps] == list(maps)
    assert found.weights_sha256 == surrogate.LABEL
    assert found.maps[1].concept == "stripes 0 deg"
    assert found.maps[1].activation.shape == (15, 15)
    assert found.maps[0].relevance.shape == (64, 64)
    rows = found.rows()
    assert [(row["layer"], row["map"]) for row in rows] == [("conv2", 4), ("conv1", 0)]
    assert all(row["activation_favourite"] > row["activation_noise"] for row in rows)
    from iqametrics.report.feature_maps import explanation_sheet, write_rows
    from iqametrics.report.figures import save_figure

    save_figure(explanation_sheet(found), tmp_path / "maps.png")
    write_rows(tmp_path / "maps.csv", rows)
    assert (tmp_path / "maps.png").stat().st_size > 10_000
    assert (tmp_path / "maps.csv").read_text().splitlines()[0].startswith("layer,map,concept,iou")
    other = Selection("deep_ssim", selection.options, "0" * 64, maps)
    with pytest.raises(WeightsError, match="0000"):
        explain_maps(other, image)
    with pytest.raises(OptionError, match="no maps to explain"):
        explain_maps([], image)
