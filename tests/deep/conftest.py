"""Pictures, and a file of random weights."""

import os

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")


@pytest.fixture(scope="session")
def alexnet():
    """torchvision's AlexNet with random weights, the same every time."""
    with torch.random.fork_rng():
        torch.manual_seed(7)
        return torchvision.models.alexnet(weights=None).eval()


@pytest.fixture(scope="session")
def random_weights(alexnet, tmp_path_factory):
    """Its convolutions in a file, which is all that is needed."""
    path = tmp_path_factory.mktemp("weights") / "alexnet.pth"
    torch.save({key: value for key, value in alexnet.state_dict().items() if key.startswith("features")}, path)
    return path


@pytest.fixture(autouse=True)
def _no_download(monkeypatch, tmp_path):
    monkeypatch.setenv("IQAMETRICS_OFFLINE", "1")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: os.fspath(tmp_path / "hub"))


@pytest.fixture(scope="session", autouse=True)
def _two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def crop(name, side=72):
    from skimage import data

    return np.ascontiguousarray(getattr(data, name)()[100 : 100 + side, 150 : 150 + side + 5])


def noisy(image, sigma=20):
    noise = np.random.default_rng(3).normal(0, 1, image.shape)
    return np.clip(np.rint(image + sigma * noise), 0, 255).astype(np.uint8)
