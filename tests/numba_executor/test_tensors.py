"""Tensors on the CPU: fused and without a copy where no gradient is asked for, by torch where one is."""

import numpy as np
import pytest

import iqametrics
from iqametrics import views
from iqametrics.errors import BackendError
from iqametrics.kernels.numba_ import planes
from tests.closeness import assert_close
from tests.noting import noting
from tests.numba_executor.pictures import pair

torch = pytest.importorskip("torch")
#: What views promise is proved on a metric of pixels, one of moments and one of bands.
NAMES = ["mse", "ssim", "vif"]
KINDS = ["uint8", "uint16", "float32", "float64"]


@pytest.fixture
def made(monkeypatch):
    """The planes that calls make of their images."""
    found = []

    class Spy(views.Planes):
        __slots__ = ()

        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            found.append(self)

    monkeypatch.setattr(views, "Planes", Spy)
    return found


def tensors(kind):
    return [torch.from_numpy(image) for image in pair((180, 190), kind=kind)]


@pytest.mark.parametrize("name", NAMES)
def test_executor_without_and_with_gradient(name, made):
    for kind in KINDS:
        made.clear()
        with noting(kind):
            check_without_gradient(name, kind, made)
    made.clear()
    check_with_gradient(name, made)


def check_without_gradient(name, kind, made):
    images = tensors(kind)
    metric = iqametrics.metric(name, data_range=1 if kind.startswith("f") else None)
    score = metric(*images)
    assert isinstance(score, torch.Tensor)
    assert [plane.executor for plane in made] == ["numba"] * 2
    for plane, image in zip(made, images, strict=True):
        assert np.shares_memory(plane.data, image.numpy())
        assert np.shares_memory(planes.data(plane), image.numpy())
    expected = metric(*(image.numpy() for image in images), backend="numba")
    assert_close(float(score), expected, 1e-6 if score.dtype == torch.float32 else 0)


def check_with_gradient(name, made):
    reference, distorted = tensors("float64")
    distorted.requires_grad_()
    score = iqametrics.metric(name)(reference, distorted, data_range=1)
    assert [plane.executor for plane in made] == ["torch"] * 2
    score.backward()
    assert distorted.grad.abs().max() > 0
    with pytest.raises(BackendError, match="gradient"):
        iqametrics.metric(name)(reference, distorted, data_range=1, backend="numba")


def test_a_gradient_of_the_reference_counts_too(made):
    reference, distorted = tensors("float32")
    iqametrics.mse(reference.requires_grad_(), distorted, data_range=1)
    assert [plane.executor for plane in made] == ["torch"] * 2


def test_no_gradient_where_torch_is_told_so(made):
    """Inference code seldom detaches: it switches gradients off."""
    reference, distorted = tensors("float32")
    with torch.no_grad():
        iqametrics.mse(reference, distorted.requires_grad_() * 1, data_range=1)
    assert [plane.executor for plane in made] == ["numba"] * 2
