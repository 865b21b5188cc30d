"""The comparison runs, on tiny pictures; its file holds what it printed, and the page what the file says."""

import importlib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import results_file
from benchmarks.results_file import Case, LeftOut, Limit, Results, Timing
from iqametrics.kernels import ON_CPU

ROOT = Path(__file__).parents[2]
FASTER, SLOWER = Timing("piq", "peer", 0.001, 0, 3, 0.5, 0), Timing("sewar", "peer", 0.009, 0, 3, 0.5, 0)
OURS, PLAIN = Timing("numba", "executor", 0.002, 0.0002, 3, 0.5, 0), Timing("numpy", "executor", 0.008, 0, 3, 0.5, 0)


def _results(*cases):
    machine = {"name": "some-machine", "processor": "Some", "cores": 2, "system": "Linux"}
    versions = {"numpy": "2.0"}
    return Results("2025-01-02T03:04:05+00:00", machine, 0.1, 2, 15, 3.0, versions, "0123456789abcdef", False, cases)


def _case(*timings, left_out=()):
    limit = Limit(bytes=4000, bytes_per_second=1e6, operations=1000, operations_per_second=1e6)
    return Case("ssim", 1080, 1920, "uint8", timings, left_out, limit)


@pytest.fixture
def tables(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs" / "_ext")
    return importlib.import_module("performance_tables")


@pytest.mark.filterwarnings("default")  # what other packages warn of is theirs to mend
def test_comparison_writes_what_it_measured(tmp_path):
    pytest.importorskip("torch")
    from benchmarks import compare

    options = ["--sizes", "192x176", "--metrics", "mse,ssim", "--rounds", "2", "--machine", "Some Machine"]
    result = CliRunner().invoke(compare.main, [*options, "--folder", str(tmp_path)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    path = results_file.newest(tmp_path)
    assert path.name.endswith("-some-machine.json")
    results = results_file.read(path)
    assert [(case.metric, case.images) for case in results.cases] == [
        (metric, f"192x176 {dtype}") for metric in ("mse", "ssim") for dtype in ("uint8", "float32")
    ]
    for case in results.cases:
        assert {t.name for t in case.timings if t.kind == "executor"} == set(ON_CPU)
        assert all(t.median > 0 and t.rounds == 2 for t in case.timings)
        assert results_file.milliseconds(case.ours.median) in result.output
        assert 0 < case.limit.seconds < case.ours.median
    assert {t.name for t in results.cases[0].timings if t.kind == "peer"} >= {"numpy", "skimage"}


def test_times_have_three_digits_and_no_exponent():
    assert [results_file.milliseconds(s) for s in (3.1249, 0.1, 1.2345e-3, 1.9999e-5)] == [
        "3120",
        "100",
        "1.23",
        "0.02",
    ]


def test_file_reads_as_written(tmp_path):
    results = _results(_case(OURS, SLOWER, left_out=(LeftOut("piq", "it is not installed"),)))
    assert results_file.read(results_file.write(results, tmp_path)) == results


def test_newest_is_the_last_run_whatever_its_name(tmp_path):
    assert results_file.newest(tmp_path) is None
    first = _results()
    second = replace(first, date="2025-01-02T04:00:00+00:00", machine=first.machine | {"name": "a"})
    paths = [results_file.write(results, tmp_path) for results in (second, first)]
    assert results_file.newest(tmp_path) == paths[0]


def test_file_of_another_schema_is_refused(tmp_path):
    path = results_file.write(replace(_results(), schema=0), tmp_path)
    with pytest.raises(ValueError, match="schema 0"):
        results_file.read(path)


def test_case_finds_the_fastest_peer_and_the_limit():
    case = _case(PLAIN, OURS, SLOWER, FASTER)
    assert case.fastest_peer == FASTER
    assert case.ratio(case.fastest_peer) == 0.5
    assert case.plain_numpy == PLAIN
    assert (case.limit.seconds, case.limit.bound_by, case.times_limit) == (0.004, "memory", 0.5)


def test_numpy_expression_goes_before_the_numpy_executor():
    expression = Timing("numpy", "peer", 0.004, 0, 3, 0.5, 0)
    assert _case(PLAIN, OURS, expression).plain_numpy == expression


def test_page_publishes_losses_in_bold(tables):
    text = tables.figures(_results(_case(PLAIN, OURS, SLOWER, FASTER)))
    assert "- 1 piq\n     - **0.50**\n     - 8\n     - 4.0\n" in text


def test_page_says_where_and_when_and_who_was_left_out(tables):
    text = tables.figures(_results(_case(OURS, left_out=(LeftOut("sewar", "it gives 1"),))))
    for said in (
        "2025-01-02",
        "0123456789ab",
        "Some, 2 cores",
        "2 threads",
        "numpy 2.0",
        "1920x1080 uint8: it gives 1.",
    ):
        assert said in text
    assert "not committed" not in text
    assert "with changes not committed" in tables.figures(replace(_results(), dirty=True))
