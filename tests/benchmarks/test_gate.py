"""Nothing is timed before its number is right; turns are fair; limits are counted."""

import itertools
import time

import numpy as np
import pytest

from benchmarks import limits
from benchmarks.perf import contenders, pictures, timing
from benchmarks.perf.contenders import Contender, NotTheSameNumberError
from benchmarks.perf.options import parse_sizes
from benchmarks.perf.peers import PEERS, Peer
from benchmarks.perf.pictures import DTYPES, pair

SIZE = 176, 192


@pytest.mark.parametrize("score", [1 + 2e-8, 1 - 2e-8, float("nan"), float("inf")])
def test_another_number_does_not_pass(score):
    with pytest.raises(NotTheSameNumberError, match="somebody gives"):
        Contender("somebody", "peer", lambda: score, 1e-8).gate(1.0)


def test_same_number_passes_with_its_difference():
    assert Contender("somebody", "peer", lambda: 2.5, 0.5).gate(2.0) == (2.5, 0.25)


@pytest.mark.parametrize("dtype", DTYPES)
def test_peer_of_lower_precision_has_the_wider_gate(dtype):
    images = pair(*SIZE, dtype)
    peer = Peer("mse", "numpy", lambda images: images.arrays(), lambda np, x, y, top: 0.0, double=("uint8",))
    assert contenders.against(peer, images).tolerance == {"uint8": 1e-8, "float32": 1e-4}[dtype]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: f"{peer.metric}-{peer.name}")
@pytest.mark.filterwarnings("default")
def test_every_peer_takes_the_images(peer, dtype):
    """Orders and ranges are right: what a peer gives differs by its downsampling or its precision, not more."""
    pytest.importorskip(peer.name)
    images = pair(*SIZE, dtype)
    truth = contenders.truth(peer.metric, images)
    assert contenders.against(peer, images).call() == pytest.approx(truth, rel=0.01)


@pytest.mark.parametrize("dtype", DTYPES)
def test_pictures_are_the_same_on_every_run_and_nowhere_flat(dtype):
    images = pair(*SIZE, dtype)
    pictures.pair.cache_clear()
    again = pair(*SIZE, dtype)
    assert np.array_equal(images.x, again.x)
    assert np.array_equal(images.y, again.y)
    assert images.x.shape == SIZE
    assert images.x.dtype == images.y.dtype == dtype
    windows = np.lib.stride_tricks.sliding_window_view(images.x * (255 / images.data_range), (11, 11))
    assert windows.std(axis=(-2, -1)).min() > 0.5


def test_contenders_take_turns(monkeypatch):
    monkeypatch.setattr(timing, "QUICK", -1)  # no second call
    calls = []
    times = timing.interleaved([lambda: calls.append("a"), lambda: calls.append("b")], rounds=4, budget=60)
    assert calls == ["a", "b"] * 4
    assert [len(taken) for taken in times] == [4, 4]


def test_slow_contender_drops_out():
    times = timing.interleaved([lambda: time.sleep(0.02), lambda: None], rounds=8, budget=0.05)
    assert [len(taken) for taken in times] == [timing.LEAST, 8]


def test_sizes_are_width_by_height():
    assert parse_sizes("1920x1080, 512x512") == [(1080, 1920), (512, 512)]
    with pytest.raises(ValueError, match="'1920' is no size"):
        parse_sizes("1920")


def test_operations_of_a_window_by_counting_them():
    """One window of one output: 11 rows of 11 columns down, one row across."""
    fill, down, across = 2 * 11 * 11, 7 * 11 * 11, 4 * 11
    moments, formula, tally = 7, 9, 1
    assert limits.OPERATIONS["ssim"](11, 11) == fill + down + across + moments + formula + tally


@pytest.mark.parametrize("metric", limits.OPERATIONS)
def test_operations_grow_with_the_image(metric):
    small, large = (limits.OPERATIONS[metric](side, side) for side in (256, 512))
    assert 3.5 * small < large < 5 * small


def test_machine_is_measured_in_every_precision():
    for precision, bytes_each in itertools.product(("single", "double"), (1, 4)):
        found = limits.limit("ssim", 64, 64, bytes_each, precision, threads=1)
        assert found.bytes == 2 * 64 * 64 * bytes_each
        assert found.seconds > 0
    assert limits.limit("no such metric", 64, 64, 1, "double", threads=1) is None
