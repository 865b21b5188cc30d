"""The comparison on a GPU, as far as it goes without one."""

from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import pytest
from click import BadParameter
from click.testing import CliRunner

torch = pytest.importorskip("torch")

from benchmarks.perf import gpu, gpu_contenders  # noqa: E402
from benchmarks.perf.contenders import NotTheSameNumberError  # noqa: E402
from benchmarks.perf.gpu_contenders import Contender  # noqa: E402


def test_cases():
    assert gpu.parse_cases("1920x1080x3, 512x256x16") == [(1080, 1920, 3), (256, 512, 16)]
    for wrong in ("1920x1080", "axbxc", "0x5x1", ""):
        with pytest.raises(BadParameter, match="width x height x count"):
            gpu.parse_cases(wrong)


def test_without_a_device_it_says_so():
    if torch.cuda.is_available():
        pytest.skip("there is one")
    done = CliRunner().invoke(gpu.main, [])
    assert done.exit_code == 1
    assert gpu.NO_DEVICE in done.output
    assert CliRunner().invoke(gpu.main, ["--metrics", "vif"]).exit_code == 2


@pytest.mark.parametrize("off", [2e-5, float("nan")])
def test_another_number_is_not_timed(off):
    images = gpu_contenders.batch(48, 50, 1, "cpu", 0)
    with pytest.raises(NotTheSameNumberError, match="somebody gives"):
        Contender("somebody", lambda x, y: 0.5 + off).gate(images, 0.5)
    assert Contender("somebody", lambda x, y: 0.5 + 1e-6).gate(images, 0.5) == pytest.approx(1e-6, rel=0.01)


def test_batches_hold_different_planes():
    for count, shape in ((1, (1, 1)), (3, (1, 3)), (4, (4, 3))):
        x, y = gpu_contenders.batch(40, 41, count, "cpu", seed=1)
        assert x.shape == y.shape == (*shape, 40, 41)
        planes = x.flatten(0, 1)
        assert all(not torch.equal(planes[0], other) for other in planes[1:])


@pytest.mark.filterwarnings("default")
def test_who_passes_is_timed_and_who_does_not_is_named(monkeypatch):
    """On the CPU, with a clock that counts calls."""
    counted = []

    def clock(calls, rounds):
        counted.append(len([call() for call in calls[:1]]))
        return 1e-3

    monkeypatch.setattr(gpu, "ROTATED", 0)
    monkeypatch.setattr(gpu, "peak", lambda call: 3 << 20)
    monkeypatch.setattr(
        gpu,
        "peers",
        lambda metric: [
            ("same", lambda: Contender("same", gpu_contenders.ours(metric, "torch").call)),
            ("other", lambda: Contender("other", lambda x, y: (y - x).abs().mean())),
            ("missing", lambda: import_module("nowhere")),
        ],
    )
    found = gpu.measure("ssim", (24, 25, 3), 5, "cpu", clock, lambda *case: 1e-4)
    assert [each.name for each in found.timings] == ["iqametrics (torch)", "same"]
    assert set(found.left_out) == {"iqametrics (triton)", "other", "missing"}
    assert "numpy executor" in found.left_out["other"]
    assert "CUDA device" in found.left_out["iqametrics (triton)"]
    assert "not timed" in gpu.show(found)
    assert "same: 1.000 ms, with derivatives 1.000 ms, 3 MiB" in gpu.show(found)
    assert all(each.difference < 1e-6 for each in found.timings)


def test_the_table_in_the_documentation(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "docs" / "_ext")
    page = import_module("gpu_tables")
    ours = gpu.Timing(page.OURS, 1e-3, 4e-3, 8 << 20, 1e-7)
    other = gpu.Timing("other", 2e-3, 6e-3, 8 << 20, 1e-7)
    case = gpu.Case("ssim", 1080, 1920, 3, [ours, other], {}, 5e-4)
    results = {"device": "Some", "date": "2025-01-02T03:04:05", "commit": "0" * 40, "cases": [asdict(case)]}
    cells = [line.strip(" *-") for line in page.table(results).splitlines()[-7:]]
    assert cells == ["ssim", "1920x1080x3", "1", "4", "8", "50%", "other 2.0, 1.5, 1.0"]
