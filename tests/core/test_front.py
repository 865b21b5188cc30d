"""The front hall: a metric of one image that is its record and a line of code gets everything, of planes and of colours."""

import importlib
import inspect
import pickle
import sys
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

import iqametrics
from iqametrics import naming
from iqametrics.errors import DTypeError, NonFiniteError, OptionError, RangeError, RangeWarning, ShapeError
from iqametrics.front import NoReference
from iqametrics.geometry import MapGeometry
from iqametrics.warmup import warmup
from tests import one_image

COLOUR = np.random.default_rng(1).integers(0, 256, (9, 14, 3), np.uint8)
GREY = COLOUR[..., 0]


class Case(NamedTuple):
    """A metric, its map as its words have it, and an image that it takes as it is."""

    metric: NoReference
    words: object
    image: np.ndarray
    file: Path

    def expected(self, image):
        return self.words(image).mean()


@pytest.fixture(params=["near_grey", "colours"])
def case(request, module_of_a_user):
    """The metric of planes on a grey image, and that of colours on one in colour."""
    text, image = {"near_grey": (one_image.MIDDLE, GREY), "colours": (one_image.COLOURS, COLOUR)}[request.param]
    file = module_of_a_user("metrics_of_one_image", text)
    metric = getattr(importlib.import_module("metrics_of_one_image"), request.param)
    yield Case(metric, getattr(one_image, request.param), image, file)
    sys.modules.pop("metrics_of_one_image", None)


def tensor(image, **options):
    """An image as a batch of one, channels first."""
    torch = pytest.importorskip("torch")
    planes = np.atleast_3d(image).transpose(2, 0, 1)[None]
    return torch.tensor(planes / 255.0, dtype=torch.float64, **options)


def test_batches_and_lists_of_sizes(case, backend):
    halves = np.stack([case.image, case.image // 2])
    batch = halves if halves.ndim == 4 else halves[..., None]
    np.testing.assert_allclose(
        case.metric(batch, backend=backend), [case.expected(each) for each in halves], rtol=1e-12
    )
    sizes = [case.image, case.image[:5, :7]]
    np.testing.assert_allclose(case.metric(sizes, backend=backend), [case.expected(each) for each in sizes], rtol=1e-12)


def test_single_images_in_every_storage(case, backend, tmp_path):
    expected = pytest.approx(case.expected(case.image), rel=1e-12)
    Image.fromarray(case.image).save(tmp_path / "image.png")
    assert case.metric(case.image, backend=backend) == expected
    assert case.metric(tmp_path / "image.png", backend=backend) == expected
    assert case.metric(case.image / 255, data_range=1.0, backend=backend) == expected
    assert case.metric(case.image.astype(np.uint16) * 257, backend=backend) == expected
    assert case.metric(case.image.astype(float) - 128, data_range=(-128, 127), backend=backend) == expected


def test_colour_modes(backend, module_of_a_user):
    """A metric of planes sees colour as it is told; one of colours is told of a grey image."""
    module_of_a_user("of_planes", one_image.MIDDLE)
    module_of_a_user("of_colours", one_image.COLOURS)
    planes = importlib.import_module("of_planes").near_grey
    colours = importlib.import_module("of_colours").colours
    luma = COLOUR @ [0.299, 0.587, 0.114]
    assert planes(COLOUR, color="luma", backend=backend) == pytest.approx(one_image.near_grey(luma).mean(), rel=1e-12)
    assert planes(COLOUR, color="channels", backend=backend) == pytest.approx(
        one_image.near_grey(COLOUR).mean(), rel=1e-12
    )
    assert colours(GREY, backend=backend) == pytest.approx(GREY.mean() / 5, rel=1e-12)
    assert colours(np.dstack([GREY] * 3), backend=backend) == 0
    with pytest.raises(OptionError, match="color='gray' is unknown; use one of rgb"):
        colours(COLOUR, color="gray")
    for name in ("of_planes", "of_colours"):
        sys.modules.pop(name)


def test_tensors_with_gradients(case):
    image = tensor(case.image, requires_grad=True)
    score = case.metric(image, data_range=1.0)
    assert score.shape == (1,)
    assert score.item() == pytest.approx(case.expected(case.image), rel=1e-12)
    score.backward()
    torch = pytest.importorskip("torch")
    assert torch.autograd.gradcheck(lambda x: case.metric(x, data_range=1.0), image)
    assert image.grad.abs().max() > 0
    single = tensor(case.image).float()[0]
    assert case.metric(single, data_range=1.0).dtype == torch.float32


def test_maps(case, backend):
    found = case.metric.map(case.image, backend=backend)
    np.testing.assert_allclose(found, case.words(case.image), rtol=1e-12)
    assert case.metric.map_geometry(case.image.shape[:2]) == MapGeometry()
    first, second = case.metric.map([case.image, case.image[:5, :7]], backend=backend)
    np.testing.assert_array_equal(first, found)
    assert second.shape == (5, 7)


def test_terms(case, backend):
    assert case.metric.terms(case.image, backend=backend) == {"score": case.metric(case.image, backend=backend)}


def test_checks_and_their_words(case):
    metric, image = case.metric, case.image
    name = metric.name
    with pytest.raises(ShapeError, match=f"{name} needs images of at least 2x2 pixels, these are 1x"):
        metric(image[:1])
    with pytest.raises(RangeError, match=r"^image.*data_range"):
        metric(image / 255)
    with pytest.raises(NonFiniteError, match=r"^image.*NaN"):
        metric(np.where(image == image[0, 0], np.nan, image / 255), data_range=1.0)
    with pytest.raises(DTypeError, match=r"^image"):
        metric(image.astype(complex))
    with pytest.raises(ShapeError, match=r"^image"):
        metric(image[None, None])
    with pytest.warns(RangeWarning, match="values lie from 0 to 1"):
        metric(image / 255, data_range=255)
    with pytest.raises(OptionError, match="layout='WH' is unknown"):
        metric(image, layout="WH")
    with pytest.raises(OptionError, match="backend='cuda' is unknown"):
        metric(image, backend="cuda")
    with pytest.raises(OptionError, match=f"{name} has no option window"):
        metric(image, window=3)
    for images in ((), (image, image)):
        with pytest.raises(TypeError, match=f"{name} takes image as positional arguments; it got {len(images)}"):
            metric(*images)
    high = 1.0 if name == "near_grey" else float("inf")
    assert metric.range == (0.0, high)
    assert (metric.task, metric.images, metric.min_size) == ("nr", ("image",), 2)


@pytest.fixture
def near_grey(module_of_a_user):
    """The metric with conventions and an option."""
    module_of_a_user("metrics_of_one_image", one_image.MIDDLE)
    yield importlib.import_module("metrics_of_one_image").near_grey
    sys.modules.pop("metrics_of_one_image", None)


def test_conventions_and_options(near_grey):
    half = near_grey.with_options(convention="half", middle=20)
    assert (half.recipe().color, half.min_size) == ("channels", 4)
    expected = one_image.near_grey(COLOUR, middle=20, strength=0.5).mean()
    assert half(COLOUR) == pytest.approx(expected, rel=1e-12)
    assert near_grey(COLOUR, convention="half", middle=20) == half(COLOUR)
    with pytest.raises(OptionError, match="middle=300 must be a number from 0 to 255"):
        near_grey.with_options(middle=300)
    with pytest.raises(OptionError, match="near_grey has no convention 'third'; use one of plain, half"):
        near_grey(GREY, convention="third")


def test_provenance(case):
    own = {"middle": 127.5} if case.metric.name == "near_grey" else {}
    assert case.metric.provenance(data_range=1.0) == {
        "iqametrics": iqametrics.__version__,
        "metric": case.metric.name,
        "convention": "plain",
        "color": case.metric.color,
        **own,
        "data_range": 1.0,
        "bits": None,
        "backend": None,
        "module": "metrics_of_one_image",
        "module_sha256": sha256(case.file.read_bytes()).hexdigest(),
    }


def test_pickling(case):
    assert pickle.loads(pickle.dumps(case.metric)) is case.metric
    bound = case.metric.with_options(data_range=1.0)
    again = pickle.loads(pickle.dumps(bound))
    assert again.bound == {"data_range": 1.0}
    assert again(case.image / 255) == bound(case.image / 255)


def test_warmup(case):
    assert list(warmup([case.metric], dtypes=["uint8"])) == [case.metric.name]


def test_naming(case):
    name = case.metric.name
    assert naming.parse(name) is case.metric
    assert naming.label(naming.parse(f"{name}:plain")) == f"{name}:plain"
    assert iqametrics.metric(name.upper().replace("_", "-")) is case.metric
    assert name in iqametrics.metrics(task="nr")
    assert name not in iqametrics.metrics(task="fr")


def test_losses(case):
    pytest.importorskip("torch")
    from iqametrics.losses import Loss, Mean

    images, sign = tensor(case.image), -1 if case.metric.higher_is_better else 1
    loss = Loss(case.metric, data_range=1.0)
    assert loss(images).item() == sign * case.metric(images, data_range=1.0).item()
    assert loss.formula == f"{'-' if sign < 0 else ''}{case.metric.name}"
    with pytest.raises(DTypeError, match="a loss takes tensors"):
        loss(case.image)
    mean = Mean(case.metric)
    mean.update(case.image)
    mean.update([case.image // 2, case.image // 4])
    parts = [case.expected(case.image // divisor) for divisor in (1, 2, 4)]
    assert mean.compute().item() == pytest.approx(np.mean(parts), rel=1e-12)


def test_scores_together(case):
    alone = case.metric(case.image)
    assert iqametrics.score(case.metric, case.image) == {case.metric.name: alone}
    reference = np.ascontiguousarray(case.image[::-1])
    found = iqametrics.score(["mse", case.metric], reference, case.image)
    assert found == {"mse": iqametrics.mse(reference, case.image), case.metric.name: alone}
    with pytest.raises(OptionError, match="two are compared by mse"):
        iqametrics.score(["mse", case.metric], case.image)


def test_page_of_the_documentation(case, monkeypatch):
    for module in ("sphinx", "numpydoc"):
        pytest.importorskip(module)
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "docs" / "_ext")
    page = importlib.import_module("metric_pages").page(case.metric)
    assert page.startswith(".. This page is written")
    for text in (
        case.metric.conventions["plain"].recipe[2:],
        "Smallest side 2 pixels",
        f'``color="{case.metric.color}"``',
        f".. py:function:: {case.metric.name}{inspect.signature(case.metric)}",
        "A. Tester",
    ):
        assert text in page
    assert "identical images" not in page


def test_signature_and_help(case):
    image, *options = inspect.signature(case.metric).parameters.values()
    assert (image.name, image.kind) == ("image", inspect.Parameter.POSITIONAL_ONLY)
    shared = ["data_range", "bits", "layout", "color", "convention", "backend"]
    own = ["middle"] if case.metric.name == "near_grey" else []
    assert [option.name for option in options] == shared + own
    text = inspect.getdoc(case.metric)
    assert "image : array, tensor, path, or a list of them" in text
    assert "identical images" not in text
    for name in own:
        assert f"{name} : float, default 127.5\n    The grey. A number from 0 to 255." in text
