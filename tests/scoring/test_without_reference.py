"""Images without a reference: scored, written down and resumed as pairs are."""

import importlib
import json
import sys

import numpy as np
import pytest
from PIL import Image

from iqametrics import metric
from iqametrics.errors import OptionError, PairingError
from iqametrics.scoring import Pair, ProcessPool, Settings, folder_images, score_pair, score_pairs
from tests import one_image
from tests.closeness import assert_close


@pytest.fixture
def near_grey(module_of_a_user):
    module_of_a_user("metrics_of_one_image", one_image.MIDDLE)
    yield importlib.import_module("metrics_of_one_image").near_grey
    sys.modules.pop("metrics_of_one_image", None)


def alone(files, *names):
    return [Pair(None, name, files) for name in names]


def test_scores_are_those_of_the_calls(near_grey, files):
    pairs = alone(files, *(f"v{i}.png" for i in range(6)), "damaged.png", "small.png")
    results = list(score_pairs(pairs, Settings([near_grey], {})))
    assert [result.pair for result in results] == pairs
    assert "damaged.png" in results[6].error
    for pair, result in zip(pairs[:6] + pairs[7:], results[:6] + results[7:], strict=True):
        assert_close(result.scores[0].value, near_grey(files / pair.distorted), 1e-12)
        assert result.as_json()["reference"] is None
    assert_close(score_pair(pairs[0], Settings([near_grey], {})).scores[0].value, results[0].scores[0].value, 1e-12)


def test_metrics_of_both_tasks_judge_a_pair(near_grey, pairs_of, files):
    pairs = pairs_of("r0.png v0.png", "r0.png v1.png")
    settings = Settings([metric("mse"), near_grey], {}, keep_pixels=True)
    for pair, result in zip(pairs, score_pairs(pairs, settings), strict=True):
        mse, grey = (score.value for score in result.scores)
        assert_close(mse, metric("mse")(*pair.files), 1e-12)
        assert_close(grey, near_grey(files / pair.distorted), 1e-12)
    lonely = next(score_pairs(alone(files, "v0.png"), Settings([near_grey], {}, keep_pixels=True)))
    assert len(lonely.pixels) == 1


def test_processes_give_the_same(near_grey, files):
    pairs = alone(files, *(f"v{i % 6}.png" for i in range(20)))
    settings = Settings([near_grey], {})
    here = [result.scores[0].value for result in score_pairs(pairs, settings)]
    with ProcessPool(2) as pool:
        there = [result.scores[0].value for result in score_pairs(pairs, settings, executor=pool)]
    assert there == here


def test_cluster_gives_the_same(near_grey, files, monkeypatch):
    distributed = pytest.importorskip("distributed")
    monkeypatch.chdir(files)
    pairs = [Pair(None, f"v{i}.png") for i in range(4)]
    settings = Settings([near_grey], {})
    here = [result.scores[0].value for result in score_pairs(pairs, settings)]
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = list(score_pairs(pairs, settings, executor=client.get_executor()))
    assert [result.scores[0].value for result in found] == here


def test_journal_goes_on(near_grey, tmp_path):
    for i in range(3):
        Image.fromarray(np.full((8, 8), 40 * i, np.uint8)).save(tmp_path / f"{i}.png")
    pairs, settings, journal = alone(tmp_path, "0.png", "1.png", "2.png"), Settings([near_grey], {}), tmp_path / "j"
    first = list(score_pairs(pairs, settings, journal=journal))
    line = json.loads(journal.read_text().splitlines()[0])
    assert (line["reference"], line["sha256"][0]) == (None, None)
    Image.fromarray(np.full((8, 8), 200, np.uint8)).save(tmp_path / "1.png")
    second = list(score_pairs(pairs, settings, journal=journal))
    assert [result.resumed for result in second] == [True, False, True]
    values = [result.scores[0].value for result in second]
    assert values[::2] == [result.scores[0].value for result in first][::2]
    assert_close(values[1], one_image.near_grey(200), 1e-12)


def test_an_image_alone_beside_the_pair_of_it(near_grey, pairs_of, tmp_path):
    """The path of the reference, or that there is none, belongs to the key of the journal."""
    pairs = [*pairs_of("r0.png v0.png"), Pair(None, "v0.png", pairs_of("a b")[0].folder)]
    for _ in range(2):
        found = list(score_pairs(pairs, Settings([near_grey], {}), journal=tmp_path / "journal"))
    assert [result.resumed for result in found] == [True, True]
    assert len((tmp_path / "journal").read_text().splitlines()) == 2


def test_what_compares_needs_a_reference(near_grey, files):
    settings = Settings([near_grey, metric("ssim"), metric("mse")], {})
    message = r"v0.png has no reference, and two images are compared by ssim, mse; give it one"
    with pytest.raises(OptionError, match=message):
        score_pair(alone(files, "v0.png")[0], settings)
    with pytest.raises(OptionError, match=message):
        list(score_pairs([Pair("r0.png", "v1.png", files), *alone(files, "v0.png")], settings))


def test_images_of_a_folder(tmp_path):
    for name in ("b.png", "sub/a.JPG", "maps/b.png", "notes.txt", ".hidden.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = folder_images(tmp_path, without=[tmp_path / "maps"])
    assert [(pair.reference, pair.name) for pair in found.pairs] == [(None, "b.png"), (None, "sub/a.JPG")]
    assert [pair.files for pair in found.pairs] == [(tmp_path / "b.png",), (tmp_path / "sub" / "a.JPG",)]
    assert (found.complete, found.others) == (True, [tmp_path / "notes.txt"])
    with pytest.raises(PairingError, match="can't be listed"):
        folder_images(tmp_path / "nothing")
