"""Heat maps of many pairs as files."""

from pathlib import Path, PurePath

import numpy as np
import pytest
from PIL import Image
from skimage import data

from iqametrics import metric
from iqametrics.report.map_files import map_stems, save_maps
from iqametrics.scoring.pairing import Pair
from iqametrics.scoring.results import Result, Score

pytest.importorskip("matplotlib")


def test_maps_lie_as_the_images_do_and_never_outside_their_folder():
    names = ["q10/a.jpg", "q90/a.jpg", str(Path("/data/b.png").absolute()), "../../c.png", "q10/a.jpg"]
    stems = list(map_stems(Pair("r.png", name, name=name) for name in names))
    assert stems[:2] == [PurePath("q10/a.jpg"), PurePath("q90/a.jpg")]
    assert stems[3:] == [PurePath("c.png"), PurePath("q10/a.jpg-2")]
    assert not stems[2].is_absolute()
    assert stems[2].parts[-2:] == ("data", "b.png")
    assert len(set(stems)) == len(stems)


def test_a_picture_per_metric_that_has_a_score(tmp_path):
    image = data.astronaut()[:64, :80].astype(np.uint16) * 4
    metrics = [metric("ssim", convention="skimage"), metric("mse"), metric("ms_ssim")]
    scores = [Score(metrics[0], 0.5), Score(metrics[1], 2.0), Score(metrics[2], error="too small")]
    result = Result(Pair("r", "d"), {}, scores, pixels=(image, image // 32 * 32))
    save_maps(result, {"bits": 10, "data_range": None}, tmp_path / "q10" / "d.png")
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png"))
    assert written == ["q10/d.png.mse.png", "q10/d.png.ssim-skimage.png"]
    for name in written:
        with Image.open(tmp_path / name) as picture:
            levels = np.asarray(picture.convert("RGB")).astype(int)
        assert np.ptp(levels, axis=-1).max() > 100  # coloured where it hurts
