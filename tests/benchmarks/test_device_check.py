"""The check of a device, as far as it goes without one: on the CPU, with a clock that measures nothing."""

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch")

from benchmarks import device_check, machine  # noqa: E402
from benchmarks.perf import gpu, gpu_contenders  # noqa: E402
from tests.golden.table import Call  # noqa: E402
from tests.outcomes import Outcome  # noqa: E402

PASSED = Outcome("tests.some::test_a", "passed", 1.5, "")


@pytest.fixture
def without_device(monkeypatch):
    """Torch's executor stands in for the kernels and for what torch compiles, on small images."""

    def ours(metric, backend="torch"):
        call = gpu_contenders.ours(metric, "torch").call
        return gpu_contenders.Contender(f"iqametrics ({backend})", call)

    monkeypatch.setattr(gpu, "ROTATED", 0)
    monkeypatch.setattr(gpu, "peak", lambda call: 3 << 20)
    monkeypatch.setattr(gpu, "by_events", lambda calls, rounds: 1e-3)
    monkeypatch.setattr(gpu, "ours", ours)
    monkeypatch.setattr(gpu, "peers", lambda metric: [])
    device = SimpleNamespace(bandwidth=1e12, operations=1e13, limit=lambda *case: 1e-4)
    monkeypatch.setattr(device_check, "limits", lambda: device)
    monkeypatch.setattr(
        device_check, "compiled", lambda m: gpu_contenders.Contender(device_check.COMPILED, ours(m).call)
    )


def checks(*chosen):
    return tuple((getattr(each, "__name__", "speed"), each) for each in chosen)


def small(device, budget):
    return device_check.speed(device, budget, (40, 44, 3), ("ssim", "psnr"), beside=True)


def examined(tmp_path, budget=600):
    path = tmp_path / "folder" / "check.json"
    passed = device_check.examine(path, device_check.Budget(budget), "cpu", {"device": "none"})
    return passed, json.loads(path.read_text("utf-8"))


def test_without_a_device_it_says_so(tmp_path):
    if torch.cuda.is_available():
        pytest.skip("there is one")
    done = CliRunner().invoke(device_check.main, ["--output", str(tmp_path / "check.json")])
    assert done.exit_code == 1
    assert device_check.NO_DEVICE in done.output
    assert not list(tmp_path.iterdir())


def test_all_passes(without_device, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(device_check, "run_pytest", lambda arguments, environment, limit: ([PASSED], True))
    monkeypatch.setattr(device_check, "CHECKS", checks(device_check.tests, small))
    passed, results = examined(tmp_path)
    assert passed
    assert [check["passed"] for check in results["checks"]] == [True, True]
    assert results["device"] == "none"
    assert {"date", "machine", "versions", "commit", "dirty", "budget"} <= set(results)
    first, second = results["checks"][1]["details"]["cases"]
    assert (first["metric"], second["metric"]) == ("ssim", "psnr")
    names = [timing["name"] for timing in first["timings"]]
    assert names == ["iqametrics (triton)", "iqametrics (torch)", device_check.COMPILED]
    assert first["timings"][0]["memory"] == 3 << 20
    assert "ssim, compiled 1.000/1.000 ms" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("outcomes", "finished", "why"),
    [
        ([PASSED, Outcome("b", "failure", 1.0, "assert 1 == 2")], True, "assert 1 == 2"),
        ([PASSED], False, "time was up"),
        ([Outcome("c", "skipped", 0.0, "no device")], True, "no test passed"),
    ],
)
def test_what_the_tests_say_decides(outcomes, finished, why, tmp_path, monkeypatch):
    monkeypatch.setattr(device_check, "run_pytest", lambda arguments, environment, limit: (outcomes, finished))
    monkeypatch.setattr(device_check, "CHECKS", checks(device_check.tests))
    passed, results = examined(tmp_path)
    assert not passed
    assert why in results["checks"][0]["faults"][0]


def test_golden_values(tmp_path, monkeypatch):
    """Of the CPU's torch executor all are right; a wrong value, and that no kernel ran, are noticed."""
    rows = [row for row in device_check.golden_rows() if row[0].startswith("camera")][::9]
    assert len(rows) >= 5
    monkeypatch.setattr(device_check, "golden_rows", lambda: iter(rows))
    found = device_check.golden("cpu", device_check.Budget(600))
    assert found.faults == ["no row was computed by triton"]
    assert found.details["rows"] == {"triton": 0, "torch": len(rows)}
    name, call, read, value = rows[0]
    wrong = [(name, call, read, value + 0.1), (name, Call("mse", None, "sepia"), read, 0.0)]
    monkeypatch.setattr(device_check, "golden_rows", lambda: iter(wrong))
    other, unknown, *_ = device_check.golden("cpu", device_check.Budget(600)).faults
    assert f"instead of {value + 0.1:.10g}" in other
    assert "sepia" in unknown


def test_a_check_that_breaks_does_not_stop_the_others(tmp_path, monkeypatch):
    def broken(device, budget):
        raise RuntimeError("the device fell off")

    def infinite(device, budget):
        return device_check.Check(details={"score": float("inf")})

    monkeypatch.setattr(device_check, "CHECKS", checks(broken, infinite))
    passed, results = examined(tmp_path)
    assert not passed
    first, second = results["checks"]
    assert "the device fell off" in first["faults"][0]
    assert second["passed"]
    assert second["details"] == {"score": "inf"}


def test_time_that_is_up(without_device):
    """Values that were not compared count as a fault, times that were not taken do not."""
    over = device_check.Budget(0)
    assert "time was up" in device_check.golden("cpu", over).faults[0]
    timed = device_check.speed("cpu", over, (40, 44, 3), ("ssim",))
    assert (timed.faults, timed.summary) == ([], "no time for ssim")


def test_an_executor_of_ours_that_is_not_timed_is_a_fault(without_device, monkeypatch):
    monkeypatch.setattr(gpu, "ours", gpu_contenders.ours)
    found = device_check.speed("cpu", device_check.Budget(600), (40, 44, 3), ("psnr",))
    assert len(found.faults) == 1
    assert "iqametrics (triton): BackendError" in found.faults[0]


def test_a_copy_without_its_history_is_checked_too(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert machine.commit() == ("unknown", True)
