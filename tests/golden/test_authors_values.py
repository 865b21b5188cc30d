"""The package gives the values of the authors' own code, run on real pictures."""

import itertools
import math

import numpy as np
import pytest

import iqametrics
from iqametrics.errors import ShapeError
from tests import naive
from tests.closeness import assert_close
from tests.golden.table import FLOAT64, NOT_YET, PORT, calls, golden_rows, pair, read_csv, tolerance
from tests.noting import noting

FLOAT32 = 1e-5
# The peers' table names scikit-image's own SSIM so.
SCIKIT_IMAGE = ("scikit-image", "0.26.0 defaults (7x7 uniform, sample cov)")


def pytest_generate_tests(metafunc):
    """A case per metric and convention, which goes through all the rows of golden.csv that have a call of it."""
    if "recipe" in metafunc.fixturenames:
        metafunc.parametrize("recipe", sorted({call.recipe for call in calls().values()}))


@pytest.fixture
def rows(reference_folder, recipe):
    """Rows and calls of a metric in a convention."""
    mapped = calls()
    found = [(row, mapped[row.key]) for row in golden_rows(reference_folder) if row.key in mapped]
    return [(row, call) for row, call in found if call.recipe == recipe]


def test_every_row_has_a_call_or_belongs_to_a_metric_still_to_come(reference_folder):
    mapped = calls()
    rows = [row for row in golden_rows(reference_folder) if row.metric not in NOT_YET and row.variant != PORT]
    unmapped = {row.key for row in rows if row.key not in mapped}
    assert not unmapped


def test_no_call_and_no_pending_metric_is_stale(reference_folder):
    rows = golden_rows(reference_folder)
    assert set(calls()) <= {row.key for row in rows}
    assert {row.metric for row in rows} >= NOT_YET
    assert NOT_YET.isdisjoint(metric for metric, _, _ in calls())


def test_float64(reference_folder, rows, backends):
    for backend, (row, call) in itertools.product(backends, rows):
        with noting(backend, row):
            metric = call.of(backend=backend)
            reference, distorted = row.ordered(pair(reference_folder, row.pair_id))
            if row.is_refusal:
                with pytest.raises(ShapeError):
                    metric(reference, distorted)
                continue
            assert_close(metric(reference, distorted), row.number, tolerance(call, row.number))


def test_float32_tensor(reference_folder, rows):
    torch = pytest.importorskip("torch")
    for row, call in rows:
        with noting(row):
            metric = call.of(data_range=255)
            tensors = [_tensor(torch, image, call.color) for image in row.ordered(pair(reference_folder, row.pair_id))]
            if row.is_refusal:
                with pytest.raises(ShapeError):
                    metric(*tensors)
                continue
            score = metric(*tensors)
            assert score.shape == ()
            assert score.dtype == torch.float32
            assert_close(float(score), row.number, FLOAT32)


def test_ssim_convention_skimage_meets_scikit_image(reference_folder, backend):
    lines = [
        line
        for line in read_csv(reference_folder / "golden" / "peers.csv")
        if (line["peer"], line["peer_version_and_call"]) == SCIKIT_IMAGE
    ]
    assert lines
    for line in lines:
        reference, distorted = pair(reference_folder, line["pair_id"])
        score = iqametrics.ssim(reference, distorted, convention="skimage", color="gray", backend=backend)
        assert_close(score, float(line["peer_value"]), FLOAT64)


@pytest.mark.parametrize(
    ("function", "column"),
    [("psnr", "psnr_y"), ("ssim", "ssim_y"), ("vifp", "vifp_y"), ("fsim", "fsim_y"), ("fsimc", "fsimc_rgb")],
)
def test_tid2013(reference_folder, function, column, backends):
    """The values that TID2013's authors distribute with the data set, to the four decimals they print."""
    lines = read_csv(reference_folder / "data" / "published_scores" / "tid2013" / "authors_values.csv")
    assert lines
    for backend, line in itertools.product(backends, lines):
        reference, distorted = pair(reference_folder, line["golden_pair_id"])
        score = getattr(iqametrics, function)(reference, distorted, convention="tid2013", backend=backend)
        with noting(backend, line["tid2013_name"]):
            if line[column] == "100000.0000":  # their way to write infinity
                assert math.isinf(score)
            else:
                assert score == pytest.approx(float(line[column]), rel=0, abs=0.5001e-4)


def _tensor(torch, image, color):
    """(C, H, W) in float32. Floats are never rounded on their way to grey, so that is done beforehand."""
    if image.ndim == 3 and color in ("gray", "ycbcr"):
        image = getattr(naive, color)(image)
    image = np.atleast_3d(image).astype(np.float32)
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
