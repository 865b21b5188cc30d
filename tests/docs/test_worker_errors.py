"""The example of a user's folder and a torchvision classifier runs, with a network that was never trained."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

torchvision = pytest.importorskip("torchvision")
pytest.importorskip("sklearn")
EXAMPLE = Path(__file__).parents[2] / "docs" / "_examples" / "worker_errors.py"
CLASSES = ("cat", "dog", "tench")


@pytest.fixture
def photos(tmp_path):
    from skimage import data

    picture = data.astronaut()
    random = np.random.default_rng(0)
    for name in CLASSES[:2]:
        (tmp_path / "photos" / name).mkdir(parents=True)
        for place in range(3):
            top, left = random.integers(0, 400, 2)
            Image.fromarray(picture[top : top + 72 + place, left : left + 80]).save(
                tmp_path / "photos" / name / f"{place}.jpg"
            )
    return tmp_path / "photos"


def test_example(photos, tmp_path):
    from iqametrics.cnn_error import Metrifier, Worker

    spec = importlib.util.spec_from_file_location("shown_worker_errors", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    torch.manual_seed(0)
    transforms = torchvision.models.ResNet18_Weights.IMAGENET1K_V1.transforms(crop_size=32, resize_size=40)
    network = torchvision.models.resnet18(weights=None, num_classes=3)
    worker = Worker("resnet18", network, preprocess=transforms, classes=CLASSES)
    found = module.study(photos, worker, tmp_path, epochs=1, crop=48, width=4)
    frame = found.to_frame()
    assert {"\N{MINUS SIGN}ssim", "metrifier", "features conv1", "level index"} <= set(frame["predictor"])
    assert found.result.n == 3 * 4 * 5
    assert set(found.dataset.table["prediction:resnet18"]) <= set(CLASSES)
    assert Metrifier.load(tmp_path / "metrifier.safetensors").kinds[1:] == (
        "gaussian_noise",
        "gaussian_blur",
        "jpeg",
        "contrast",
    )
    assert (tmp_path / "predictors.csv").exists()
