"""The scores of all maps: computed once, streamed, kept on disk, and the same after a kill."""

import json
import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch

from iqametrics import deep_metric
from iqametrics.deep import backbone, scores_of_maps
from iqametrics.deep.backbones import Backbone
from iqametrics.deep.selection import MapScores, score_matrix
from iqametrics.errors import DatasetError, ImageFileError, OptionError, ShapeError
from tests.deep.conftest import crop, noisy


@pytest.fixture(scope="module")
def metric():
    return deep_metric("ssim", weights="surrogate", taps=["conv1", "conv3"])


@pytest.fixture(scope="module")
def pairs():
    first, second = crop("astronaut"), crop("coffee")
    return [(image, noisy(image, sigma)) for sigma in (5, 20, 60) for image in (first, second)]


@pytest.fixture(scope="module")
def expected(metric, pairs):
    rows = [np.concatenate(list(scores_of_maps(metric, *pair).values())) for pair in pairs]
    return np.asarray(rows, np.float32)


def test_a_stream_is_a_call():
    network = backbone("alexnet", weights="surrogate", taps=["conv1", "relu1", "pool2", "conv4"])
    images = torch.rand(2, 3, 70, 90)
    maps = network(images)
    streamed = dict(network.stream(images))
    assert tuple(streamed) == network.taps
    assert all(torch.equal(streamed[tap], maps[tap]) for tap in network.taps)
    assert network.widths == {"conv1": 64, "relu1": 64, "pool2": 192, "conv4": 256}


def test_a_stream_keeps_no_layer_that_is_over():
    network = backbone("vgg16", weights="surrogate", taps=["conv1_1", "conv1_2", "conv2_1"])
    import gc
    import weakref

    alive = []
    for _, maps in network.stream(torch.rand(1, 3, 64, 64)):
        gc.collect()
        assert all(each() is None for each in alive[:-1])
        alive.append(weakref.ref(maps))
        del maps


def test_rows_are_the_scores_of_single_pairs(metric, pairs, expected):
    found = score_matrix(pairs, metric)
    assert found.values.dtype == np.float32
    np.testing.assert_array_equal(found.values, expected)
    assert found.layers == {"conv1": 64, "conv3": 384}
    assert [str(found.maps[column]) for column in (0, 63, 64, 447)] == ["conv1:0", "conv1:63", "conv3:0", "conv3:383"]
    assert found.references[0] == found.references[2] != found.references[1]
    np.testing.assert_allclose(found.all_maps(), [metric(*pair) for pair in pairs], rtol=1e-6)


def test_the_maps_of_a_reference_are_computed_once(metric, pairs, monkeypatch):
    whole, streamed = [], []
    call, stream = Backbone.__call__, Backbone.stream
    monkeypatch.setattr(Backbone, "__call__", lambda self, images: whole.append(1) or call(self, images))
    monkeypatch.setattr(Backbone, "stream", lambda self, images: streamed.append(1) or stream(self, images))
    score_matrix(pairs, metric)
    assert (len(whole), len(streamed)) == (2, len(pairs))


def test_an_interrupted_run_goes_on_where_it_was(metric, pairs, expected, tmp_path):
    seen = []

    def three(rows):
        for row in rows:
            if len(seen) == 3:
                raise KeyboardInterrupt
            yield row
            seen.append(row)

    with pytest.raises(KeyboardInterrupt):
        score_matrix(pairs, metric, cache=tmp_path, track=three)
    assert len(seen) == 3
    again = []
    found = score_matrix(pairs, metric, cache=tmp_path, track=lambda rows: again.extend(rows) or rows)
    assert sorted(seen + again) == list(range(len(pairs)))
    np.testing.assert_array_equal(found.values, expected)
    nothing = []
    score_matrix(pairs, metric, cache=tmp_path, track=lambda rows: nothing.extend(rows) or rows)
    assert nothing == []


def test_a_killed_process_loses_the_row_in_flight(metric, pairs, expected, tmp_path):
    np.savez(tmp_path / "pairs.npz", *[image for pair in pairs for image in pair])
    script = textwrap.dedent(f"""
        import os, signal
        import numpy as np
        from iqametrics import deep_metric
        from iqametrics.deep.selection import score_matrix
        from iqametrics.deep.selection.row_store import RowStore

        images = list(np.load({str(tmp_path / "pairs.npz")!r}).values())
        write, count = RowStore.write, [0]

        def killed(self, row, values):
            count[0] += 1
            if count[0] == 3:
                self._matrix[row] = values  # between the row and its line
                self._matrix.flush()
                os.kill(os.getpid(), signal.SIGKILL)
            write(self, row, values)

        RowStore.write = killed
        metric = deep_metric("ssim", weights="surrogate", taps=["conv1", "conv3"])
        score_matrix(list(zip(images[::2], images[1::2])), metric, cache={str(tmp_path / "cache")!r})
    """)
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = []
    found = score_matrix(pairs, metric, cache=tmp_path / "cache", track=lambda rows: again.extend(rows) or rows)
    assert len(again) == len(pairs) - 2
    np.testing.assert_allclose(found.values, expected, rtol=1e-5)


def test_damage_is_noticed(metric, pairs, expected, tmp_path):
    score_matrix(pairs, metric, cache=tmp_path)
    (folder,) = tmp_path.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["matrix.json", "rows.jsonl", "scores.npy"]
    matrix = np.load(folder / "scores.npy", mmap_mode="r+", allow_pickle=False)
    matrix[4, 7] += 1
    matrix.flush()
    journal = folder / "rows.jsonl"
    journal.write_bytes(journal.read_bytes()[:-9])  # the last line was cut
    last = json.loads(journal.read_text().splitlines()[-2])["row"]
    again = []
    found = score_matrix(pairs, metric, cache=tmp_path, track=lambda rows: again.extend(rows) or rows)
    assert len(again) == 2
    assert 4 in again
    assert last not in again
    np.testing.assert_array_equal(found.values, expected)
    (folder / "scores.npy").write_bytes(b"not an array")
    with pytest.raises(DatasetError, match=r"damaged.*remove"):
        score_matrix(pairs, metric, cache=tmp_path)


def test_another_question_has_another_folder(metric, pairs, tmp_path):
    for each in (metric, metric.with_options(dynamic_range="joint"), deep_metric("mse", **metric.bound)):
        score_matrix(pairs[:1], each, cache=tmp_path)
    score_matrix(pairs[1:2], metric, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4
    # How layers are joined changes no score of a map.
    score_matrix(pairs[:1], metric.with_options(layer_pool="mean"), cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_bad_questions(metric, pairs, tmp_path):
    import iqametrics

    with pytest.raises(OptionError, match="no pairs"):
        score_matrix([], metric)
    with pytest.raises(OptionError, match="ssim does not score single feature maps"):
        score_matrix(pairs, iqametrics.ssim)
    with pytest.raises(OptionError, match="maps bound"):
        score_matrix(pairs, metric.with_options(maps={"conv1": [1]}, taps="conv"))
    with pytest.raises(ShapeError, match=r"pair 1 .*differ in shape"):
        score_matrix([pairs[0], (pairs[0][0], pairs[0][1][:-1])], metric)
    with pytest.raises(ImageFileError, match="can't be read"):
        score_matrix([(tmp_path / "none.png", tmp_path / "none.png")], metric)
    with pytest.raises(ShapeError, match="ask for"):
        MapScores(np.zeros((2, 3), np.float32), {"conv1": 3}, ("a",), {})
