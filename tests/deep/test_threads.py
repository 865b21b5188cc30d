"""Networks in several threads: found once, computed alike, and traced without harm to those that others use."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from types import ModuleType

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

import iqametrics
from iqametrics.deep import architectures, backbones, tracing
from iqametrics.scoring import Pair, Settings, score_pairs
from tests.deep.conftest import crop, noisy


def test_network_is_found_once_by_all_threads(monkeypatch, random_weights):
    for cached in (backbones._made, architectures.layers, architectures.resolve):
        cached.cache_clear()
    image = crop("astronaut")
    together = Barrier(4)

    def score(_):
        together.wait()
        return iqametrics.deep_ssim(image, noisy(image), weights=random_weights, taps=["conv1", "conv2"])

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(score, range(4)))
    assert len(found) == 1
    assert backbones._made.cache_info().misses == 1


def test_other_networks_go_on_while_one_is_traced():
    """torch has every module of the process report to who traces."""
    other, image = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU()), torch.rand(1, 3, 8, 8)
    model = torchvision.models.resnet18(weights=None)
    names = tracing.traced(model).names
    traced, calls, failed = Event(), [], []

    def use():
        expected = other(image)
        while not traced.is_set():
            calls.append(1)
            if not torch.equal(other(image), expected):
                failed.append(1)

    with ThreadPoolExecutor(1) as threads, torch.no_grad():
        going = threads.submit(use)
        try:
            for _ in range(5):
                assert tracing.traced(model).names == names
        finally:
            traced.set()
        going.result()
    assert calls
    assert not failed


def test_settings_of_the_process_are_put_back_by_the_last_one_out():
    before = torch.backends.cudnn.allow_tf32
    device = torch.device("cpu")
    first, second = backbones.ieee(device), backbones.ieee(device)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not torch.backends.cudnn.allow_tf32
    second.__exit__(None, None, None)
    assert torch.backends.cudnn.allow_tf32 == before


def test_folder_by_threads_is_as_by_one(tmp_path):
    image = crop("astronaut")
    pairs = []
    for i in range(6):
        Image.fromarray(np.roll(image, 5 * (i // 2), 1)).save(tmp_path / f"r{i // 2}.png")
        Image.fromarray(noisy(image, 5 + i)).save(tmp_path / f"v{i}.png")
        pairs.append(Pair(str(tmp_path / f"r{i // 2}.png"), str(tmp_path / f"v{i}.png")))
    settings = Settings([iqametrics.deep_metric("mse", weights="surrogate", taps=["conv1"])], {})
    found = []
    for workers in (1, 4):
        backbones._made.cache_clear()
        with ThreadPoolExecutor(workers) as threads:
            results = list(score_pairs(pairs, settings, executor=threads))
        found.append([result.scores[0].value for result in results])
    assert found[0] == pytest.approx(found[1], rel=1e-6)


@pytest.mark.parametrize("half", ["torch", "numpy.ma"])
def test_arrays_while_another_thread_imports(monkeypatch, half):
    monkeypatch.setitem(sys.modules, half, ModuleType(half))
    image = np.zeros((64, 64), np.uint8)
    assert iqametrics.ssim(image, image) == 1.0
