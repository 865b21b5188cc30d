"""Seconds of first calls, in processes of their own."""

import pytest

pytest.importorskip("numba")

from benchmarks.first_call import main, measure


def test_a_call_without_the_cache_compiles_and_one_with_it_does_not():
    times = measure(["mse"], "uint8", rounds=2)["mse"]
    assert [len(column) for column in times] == [2, 2]
    without, cached = times
    assert min(without) > 2 * max(cached) > 0


def test_a_row_for_every_metric(capsys):
    main(["psnr", "--dtype", "float32", "--rounds", "1"])
    printed = capsys.readouterr().out
    assert "float32" in printed
    row = next(line for line in printed.splitlines() if "psnr" in line)
    assert row.count("(") == 2
