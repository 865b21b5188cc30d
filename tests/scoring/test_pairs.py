"""Scoring many pairs: the same numbers as one by one, little work, little memory."""

import gc
import time
import weakref
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import tifffile

from iqametrics import metric, read_image
from iqametrics.errors import OptionError
from iqametrics.files import decode_image, read_contents
from iqametrics.metric_set import MetricSet
from iqametrics.scoring import How, Pair, originals, score_pair, score_pairs, tasks, workers
from tests.closeness import assert_close

METRICS = [metric("ssim"), metric("mse"), metric("ms_ssim", levels=2)]


def test_same_scores_as_calls_with_the_files(pairs_of):
    pairs = pairs_of("r0.png v0.png", "r0.png v1.png", "r1.png v2.png", "r0.png v3.png", "r2.png r2.png")
    results = list(score_pairs(pairs, How(METRICS, {})))
    assert [result.pair for result in results] == pairs
    for result in results:
        assert result.image == {"height": 80, "width": 100, "channels": 3, "dtype": "uint8"}
        for score, each in zip(result.scores, METRICS, strict=True):
            assert_close(score.value, each(*result.pair.files), 1e-12)


def test_bad_files_stop_nobody(pairs_of):
    pairs = pairs_of(
        "r0.png v0.png", "r0.png damaged.png", "damaged.png v1.png", "damaged.png v2.png",
        "r0.png none.png", "r1.png small.png", "small.png small.png", "small.png small.png", "r2.png v5.png",
    )  # fmt: skip
    results = list(score_pairs(pairs, How(METRICS, {})))
    errors = [result.error for result in results]
    assert errors[0] is errors[8] is errors[6] is errors[7] is None
    assert all("damaged PNG" in errors[i] for i in (1, 2, 3))
    assert "no such file" in errors[4]
    assert "differ in shape" in errors[5]
    assert all(not results[i].scores and results[i].image is None for i in range(1, 6))
    for result in results[6:8]:  # too small for one metric, with a reference that is shared
        ssim, mse, ms_ssim = result.scores
        assert (ssim.value, mse.value, ms_ssim.value) == (1, 0, None)
        assert "22x22" in ms_ssim.error
    assert_close(results[8].scores[0].value, METRICS[0](*pairs[8].files), 1e-12)


def test_single_pair_gives_the_same(pairs_of):
    (pair,) = pairs_of("r0.png v0.png")
    one, (many,) = score_pair(pair, How(METRICS, {})), score_pairs([pair], How(METRICS, {}))
    for first, second in zip(one.scores, many.scores, strict=True):
        assert_close(first.value, second.value, 1e-12)


def test_options_reach_every_call(tmp_path):
    images = np.random.default_rng(0).integers(0, 1024, (3, 40, 50), np.uint16)
    files = [tmp_path / f"{number}.tif" for number in range(3)]
    for file, image in zip(files, images, strict=True):
        tifffile.imwrite(file, image)
    pairs = [Pair(str(files[0]), str(files[1])), Pair(str(files[0]), str(files[2])), Pair(str(files[1]), str(files[2]))]
    for result in score_pairs(pairs, How([metric("psnr")], {"data_range": None, "bits": 10})):
        expected = metric("psnr")(*(read_image(file) for file in result.pair.files)) + 20 * np.log10(1023 / 65535)
        assert_close(result.scores[0].value, expected, 1e-12)


@pytest.fixture
def reads(monkeypatch):
    """How often every file is read."""
    count = Counter()

    def read(name):
        count[Path(name).name] += 1
        return read_contents(name)

    monkeypatch.setattr(tasks, "read_contents", read)
    monkeypatch.setattr(originals, "read_contents", read)
    return count


def test_shared_reference_is_read_and_prepared_once(pairs_of, reads, monkeypatch):
    prepared = Counter()

    class Counted(MetricSet):
        def __init__(self, plans, reference, prepare=False):
            prepared[prepare] += 1
            super().__init__(plans, reference, prepare=prepare)

    monkeypatch.setattr("iqametrics.metric_set.MetricSet", Counted)
    pairs = pairs_of(*(f"r0.png v{i}.png" for i in range(6)), "r1.png v0.png")
    assert all(result.error is None for result in score_pairs(pairs, How(METRICS, {})))
    assert reads["r0.png"] == reads["r1.png"] == 1
    assert prepared == {True: 1, False: 1}  # what is used once is not prepared


@pytest.mark.parametrize("processors", [1, 3])
def test_few_pairs_are_read_ahead_of_a_slow_taker(pairs_of, reads, monkeypatch, processors):
    monkeypatch.setattr(workers, "processors", lambda: processors)
    pairs = pairs_of(*["r0.png v0.png", "r1.png v1.png"] * 20)
    results = score_pairs(pairs, How(METRICS, {}))
    for _ in range(3):
        next(results)
    before = None
    while before != (before := reads.total()):  # until nothing has been read for a while
        time.sleep(0.3)
    assert reads["v0.png"] + reads["v1.png"] <= 2 + 2 * processors
    results.close()
    assert reads.total() == before


def test_pixels_are_kept_where_asked_for(pairs_of):
    pairs = pairs_of("r0.png v0.png", "r0.png v1.png", "r0.png damaged.png")
    first, second, third = score_pairs(pairs, How(METRICS, {}, keep_pixels=True))
    for result in (first, second):
        for pixels, file in zip(result.pixels, result.pair.files, strict=True):
            np.testing.assert_array_equal(pixels, read_image(file))
    assert third.pixels is None
    assert next(score_pairs(pairs, How(METRICS, {}))).pixels is None


def test_images_are_gone_when_their_score_is_there(pairs_of, monkeypatch):
    """Without waiting for the collector of cycles, which does not see how large they are."""
    alive = []

    def decode(contents, name, **options):
        image = decode_image(contents, name, **options)
        alive.append(weakref.ref(image))
        return image

    monkeypatch.setattr(tasks, "decode_image", decode)
    monkeypatch.setattr(originals, "decode_image", decode)
    gc.disable()
    try:
        names = ["r0.png v0.png", "r0.png v1.png", "r1.png v1.png", "damaged.png v1.png", "r2.png small.png"]
        list(score_pairs(pairs_of(*names), How(METRICS, {})))
        assert len(alive) == 8
        assert all(image() is None for image in alive)
    finally:
        gc.enable()


def test_image_beyond_the_memory_is_one_error(pairs_of, monkeypatch):
    def decode(contents, name, **options):
        if name.endswith("v1.png"):
            raise MemoryError
        return decode_image(contents, name, **options)

    monkeypatch.setattr(tasks, "decode_image", decode)
    pairs = pairs_of("r0.png v0.png", "r0.png v1.png", "r0.png v2.png")
    errors = [result.error for result in score_pairs(pairs, How(METRICS, {}))]
    assert errors == [None, f"{pairs[1].files[1]}: too large for the memory of this machine", None]


def test_wrong_option_is_no_fault_of_an_image(pairs_of):
    pairs = pairs_of("r0.png v0.png", "r0.png v1.png")
    with pytest.raises(OptionError, match="alpha is 'red'"):
        list(score_pairs(pairs, How(METRICS, {}, alpha="red")))
