"""Files to score, and a runner of commands."""

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from skimage import data

from iqametrics.cli import main


@pytest.fixture
def run():
    """Run a command; gives its exit code, stdout and stderr."""

    def call(*args, **env):
        return CliRunner(env={"COLUMNS": "80", **env}).invoke(main, [str(arg) for arg in args])

    return call


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Files: reference and distorted in colour, a small and a smaller grey one, damaged, transparent, 10 bits deep."""
    import tifffile

    here = tmp_path_factory.mktemp("pictures")
    image = data.astronaut()[100:292, 100:308]
    noise = np.random.default_rng(0).normal(0, 12, image.shape)
    distorted = np.clip(image + noise, 0, 255).astype(np.uint8)
    Image.fromarray(image).save(here / "reference.png")
    Image.fromarray(distorted).save(here / "distorted.png")
    Image.fromarray(image[:40, :50, 0]).save(here / "small.png")
    Image.fromarray(image[:30, :50, 0]).save(here / "smaller.png")
    Image.fromarray(np.dstack([image, image[..., :1]])).save(here / "transparent.png")
    (here / "damaged.png").write_bytes((here / "reference.png").read_bytes()[:3000])
    (here / "text.png").write_text("no image")
    tifffile.imwrite(here / "deep.tif", image[..., 0].astype(np.uint16) * 4)
    tifffile.imwrite(here / "deep_distorted.tif", distorted[..., 0].astype(np.uint16) * 4)
    return here
