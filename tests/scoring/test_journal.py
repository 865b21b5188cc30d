"""The journal: what is in it counts if and only if computing it again would give the same."""

import errno
import json
import os
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest

import iqametrics
from iqametrics import metric
from iqametrics.errors import JournalError
from iqametrics.scoring import How, Pair, journal, score_pairs, tasks
from iqametrics.scoring.journal import already_scored, discard

HOW = How([metric("psnr"), metric("ms_ssim", levels=2)], {})
NAMES = ["r0.png v0.png", "r0.png v1.png", "r0.png r0.png", "r1.png v2.png", "r2.png small.png", "small.png small.png"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "scores.partial"


@pytest.fixture
def pairs(files, tmp_path):
    """Pairs of copies, which a test may change; one that can't be scored, one that a metric can't take."""
    here = shutil.copytree(files, tmp_path / "copies")
    return [Pair(*name.split(), here) for name in NAMES]


@pytest.fixture
def scored(monkeypatch):
    """How often every metric has computed a score."""
    count = Counter()
    value = tasks._value

    def counted(*arguments):
        count.update(["scores"])
        return value(*arguments)

    monkeypatch.setattr(tasks, "_value", counted)
    return count


def rows(results):
    return [result.as_json() for result in results]


def test_results_are_the_same_from_the_journal(pairs, path, scored):
    first = list(score_pairs(pairs, HOW, journal=path))
    assert first[2].scores[0].value == float("inf")
    assert "22x22" in first[5].scores[1].error
    assert rows(first) == rows(score_pairs(pairs, HOW))
    assert not any(result.resumed for result in first)
    scored.clear()
    again = list(score_pairs(pairs, HOW, journal=path))
    assert rows(again) == rows(first)
    assert [result.resumed for result in again] == [True, True, True, True, False, True]
    assert not scored


def test_line_is_strict_json_that_says_everything(pairs, path):
    how = How([metric("ssim", convention="skimage", data_range=255), HOW.metrics[1]], {}, alpha=(1, 2, 3))
    list(score_pairs(pairs, how, journal=path))
    lines = [json.loads(line, parse_constant=pytest.fail) for line in path.read_text().splitlines()]
    assert {line["distorted"] for line in lines} == {pair.distorted for pair in pairs}
    line = next(line for line in lines if line["distorted"] == "v0.png")
    assert line["iqametrics"] == iqametrics.__version__
    ssim, ms_ssim = line["scores"]
    assert (ssim["convention"], ssim["color"], ssim["data_range"], ssim["alpha"]) == ("skimage", "gray", 255, [1, 2, 3])
    assert ms_ssim["options"] == {"levels": 2}
    (bad,) = [line for line in lines if line["error"]]
    assert "differ in shape" in bad["error"]
    assert (bad["sha256"], bad["scores"]) == (None, [])


def test_line_is_there_before_the_result_is(pairs, path):
    results = score_pairs(pairs, HOW, journal=path)
    for count, _ in enumerate(results, 1):
        assert len(path.read_bytes().splitlines()) >= count


def test_stopped_call_goes_on(pairs, path, scored):
    names = sorted({name for pair in pairs for name in (pair.reference, pair.distorted)})
    many = [Pair(reference, distorted, pairs[0].folder) for reference in names for distorted in names]
    with ThreadPoolExecutor(1) as executor:  # which has begun few of them when it is told to stop
        results = score_pairs(many, HOW, executor=executor, journal=path)
        done = rows(islice(results, 3))
        results.close()
    lines = len(path.read_bytes().splitlines())
    scored.clear()
    assert rows(score_pairs(many, HOW, journal=path)) == rows(score_pairs(many, HOW))
    assert rows(score_pairs(many[:3], HOW, journal=path)) == done
    assert 3 <= lines < len(many)


def test_changed_content_is_scored_again(pairs, path):
    list(score_pairs(pairs, HOW, journal=path))
    stat = pairs[0].files[1].stat()
    shutil.copyfile(pairs[3].files[1], pairs[0].files[1])
    os.utime(pairs[0].files[1], ns=(stat.st_atime_ns, stat.st_mtime_ns))  # times tell nothing
    shutil.copyfile(pairs[0].files[0], pairs[3].files[0])
    again = list(score_pairs(pairs, HOW, journal=path))
    assert [result.resumed for result in again] == [False, True, True, False, False, True]
    assert rows(again) == rows(score_pairs(pairs, HOW))


def test_repaired_file_is_scored(pairs, path):
    list(score_pairs(pairs, HOW, journal=path))
    shutil.copyfile(pairs[0].files[1], pairs[4].files[1])
    again = list(score_pairs(pairs, HOW, journal=path))
    assert again[4].error is None
    assert rows(again) == rows(score_pairs(pairs, HOW))
    assert next(score_pairs(pairs[4:5], HOW, journal=path)).resumed


@pytest.mark.parametrize(
    "other",
    [
        How([metric("psnr"), metric("ms_ssim", levels=1)], {}),
        How([metric("psnr"), metric("ms_ssim", levels=2, color="luma")], {}),
        How([metric("psnr"), metric("ms_ssim", levels=2, convention="wang2003-sum")], {}),
        How([metric("psnr"), metric("ms_ssim", levels=2, backend="numpy")], {}),
        How(HOW.metrics, {"bits": 8}),
        How(HOW.metrics, {"data_range": 255.0}),
        How(HOW.metrics, {}, alpha="white"),
    ],
)
def test_other_settings_are_scored_anew(pairs, path, other):
    list(score_pairs(pairs, HOW, journal=path))
    found = list(score_pairs(pairs[:4], other, journal=path))
    assert not any(result.resumed for result in found)
    assert rows(found) == rows(score_pairs(pairs[:4], other))
    assert all(result.resumed for result in score_pairs(pairs[:4], other, journal=path))
    assert all(result.resumed for result in score_pairs(pairs[:4], HOW, journal=path))


def test_another_version_is_scored_anew(pairs, path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(journal, "__version__", "0.0.1")
        list(score_pairs(pairs, HOW, journal=path))
    assert already_scored(path, pairs, HOW) == 0
    assert not any(result.resumed for result in score_pairs(pairs, HOW, journal=path))


def test_only_what_is_missing_is_computed(pairs, path, scored):
    pairs = pairs[:4]
    list(score_pairs(pairs, How(HOW.metrics[:1], {}), journal=path))
    scored.clear()
    how = How([metric("gmsd"), *HOW.metrics], {})
    found = list(score_pairs(pairs, how, journal=path))
    assert scored["scores"] == 8
    assert rows(found) == rows(score_pairs(pairs, how))
    assert all(result.resumed for result in score_pairs(pairs, how, journal=path))


def test_prepared_or_not_is_not_decided_by_what_is_left(pairs, path, monkeypatch):
    """A score may not depend on it by a bit, so a group's last pair is scored as it would be among the others."""
    shared = []
    make = tasks.Original

    def spy(file, how, use, key=None):
        shared.append(use)
        return make(file, how, use, key)

    monkeypatch.setattr(tasks, "Original", spy)
    list(score_pairs(pairs[:2], HOW, journal=path))
    list(score_pairs(pairs[:4], HOW, journal=path))
    assert shared == ["shared", "shared", "alone"]


@pytest.mark.parametrize("left", [1, 20, -1])
def test_torn_last_line_is_mended(pairs, path, left):
    list(score_pairs(pairs, HOW, journal=path))
    whole = path.read_bytes()
    *lines, last = whole.splitlines(keepends=True)
    path.write_bytes(b"".join(lines) + last[:left])
    again = list(score_pairs(pairs, HOW, journal=path))
    assert rows(again) == rows(score_pairs(pairs, HOW))
    assert sum(result.resumed for result in again) >= 4
    for line in path.read_bytes().splitlines():
        json.loads(line)


@pytest.mark.parametrize(
    "damage", [b"\0" * 300, b'{"iqametrics": "', b"[]", b'{"iqametrics": 1, "error": null}', b"\xff"]
)
def test_damaged_line_inside_costs_only_its_pair(pairs, path, damage):
    list(score_pairs(pairs, HOW, journal=path))
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], damage, *lines[2:]]) + b"\n")
    again = list(score_pairs(pairs, HOW, journal=path))
    assert rows(again) == rows(score_pairs(pairs, HOW))
    assert sum(result.resumed for result in again) == 4


@pytest.mark.parametrize("content", ["reference,distorted\n", '{"iqa": 1}\n', "x"])
def test_file_that_is_no_journal_is_left_alone(pairs, tmp_path, content):
    (tmp_path / "other.csv").write_text(content)
    with pytest.raises(JournalError, match=r"other.csv is no journal of scores, and is left as it is"):
        list(score_pairs(pairs, HOW, journal=tmp_path / "other.csv"))
    assert (tmp_path / "other.csv").read_text() == content


def test_journal_belongs_to_one_run_at_a_time(pairs, path):
    first = score_pairs(pairs, HOW, journal=path)
    next(first)
    with pytest.raises(JournalError, match=r"scores.partial is in use by another run; wait"):
        next(score_pairs(pairs, HOW, journal=path))
    discard(path)
    assert path.exists()
    first.close()
    list(score_pairs(pairs, HOW, journal=path))
    discard(path)
    assert not path.exists()
    discard(path)


def test_journal_removed_by_a_run_that_ends_while_another_begins(pairs, path, monkeypatch):
    take = journal.lock.take
    removals = iter([True, False, False])

    def removed_before(descriptor):
        if next(removals):
            path.unlink()
        return take(descriptor)

    monkeypatch.setattr(journal.lock, "take", removed_before)
    list(score_pairs(pairs, HOW, journal=path))
    assert already_scored(path, pairs, HOW) == 5


def test_nothing_leaves_no_file(pairs, path):
    results = score_pairs([], HOW, journal=path)
    assert list(results) == []
    assert not path.exists()


def test_already_scored(pairs, path):
    assert already_scored(path, pairs, HOW) == 0
    list(score_pairs(pairs[1:], HOW, journal=path))
    assert already_scored(path, pairs, HOW) == 4
    assert already_scored(path, pairs, How(HOW.metrics[:1], {})) == 4
    assert already_scored(path, pairs, How([*HOW.metrics, metric("ssim")], {})) == 0


@pytest.mark.parametrize("written", [0, 30])
def test_full_disk_is_an_error_that_names_the_file_and_loses_nothing(pairs, path, monkeypatch, written):
    room = Counter(lines=2)
    write = os.write

    def write_while_there_is_room(descriptor, data):
        if room["lines"] > 0:
            room["lines"] -= 1
            return write(descriptor, data)
        if written and not room["torn"]:
            room["torn"] = 1
            return write(descriptor, data[:written])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(journal.os, "write", write_while_there_is_room)
        with pytest.raises(OSError, match="No space left") as caught:
            list(score_pairs(pairs, HOW, journal=path))
        assert caught.value.filename == str(path)
    assert [json.loads(line)["error"] for line in path.read_bytes().splitlines()] == [None, None]
    again = list(score_pairs(pairs, HOW, journal=path))
    assert sum(result.resumed for result in again) == 2
    assert rows(again) == rows(score_pairs(pairs, HOW))
