"""Files to score, and lists of pairs of them."""

import numpy as np
import pytest
from PIL import Image
from skimage import data

from iqametrics.scoring import Pair


@pytest.fixture(scope="package")
def files(tmp_path_factory):
    """References r0 to r2, versions v0 to v5, and files that can't be scored."""
    here = tmp_path_factory.mktemp("pairs")
    image = data.astronaut()[100:180, 100:200]
    for i in range(3):
        Image.fromarray(np.roll(image, 10 * i, axis=1)).save(here / f"r{i}.png")
    for i in range(6):
        Image.fromarray(image // (i + 2) * (i + 2)).save(here / f"v{i}.png")
    (here / "damaged.png").write_bytes((here / "r0.png").read_bytes()[:2000])
    (here / "empty.png").touch()
    (here / "text.png").write_text("no image")
    (here / "folder.png").mkdir()
    Image.fromarray(image[:20, :20]).save(here / "small.png")
    return here


@pytest.fixture
def pairs_of(files):
    """Pairs of lines like ``r0.png v0.png``."""
    return lambda *names: [Pair(*name.split(), files) for name in names]


@pytest.fixture
def many(pairs_of):
    """A hundred pairs: groups of one, of some, and one that is larger than what a worker takes at once."""
    alone = [f"r{i % 3}.png v{i % 6}.png" for i in range(30)]
    return pairs_of(*alone, *["r0.png v1.png", "r0.png v2.png"] * 5, *(f"r1.png v{i % 6}.png" for i in range(60)))
