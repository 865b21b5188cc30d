"""``iqametrics distort``: what it writes, how it goes on after a kill, and what it says of files that are none."""

import csv
import hashlib
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from iqametrics import read_image
from iqametrics.datasets import distortions

FEW = ("--types", "gaussian_noise,jpeg,color_block", "--levels", "1,5")


@pytest.fixture
def originals(tmp_path):
    """A folder with two pictures in colour, one of them in a subfolder, and a grey one."""
    here = tmp_path / "originals"
    (here / "sub").mkdir(parents=True)
    Image.fromarray(data.astronaut()[100:180, 180:276]).save(here / "face.png")
    Image.fromarray(data.coffee()[100:190, 200:280]).save(here / "sub" / "cup.v1.jpg", quality=95)
    Image.fromarray(data.camera()[100:170, 200:280]).save(here / "grey.png")
    return here


def contents(folder):
    """Every file that is not hidden, with its digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def hidden(folder):
    return [path for path in folder.rglob(".*") if path.is_file()]


def rows(folder):
    with (folder / "manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_files_manifest_and_report(run, originals, tmp_path):
    out = tmp_path / "new" / "out"
    result = run("distort", originals, out, *FEW, "--seed", 4)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"Wrote 18 images, and {out / 'manifest.csv'}\n"
    assert result.stderr == ""
    names = [
        f"{kind}/{level}/{name}.png"
        for kind in ("color_block", "gaussian_noise", "jpeg")
        for level in (1, 5)
        for name in ("face", "grey", "sub/cup.v1")
    ]
    assert set(contents(out)) == {*names, "manifest.csv"}
    assert not hidden(out)
    table = rows(out)
    assert [row["distorted"] for row in table] == sorted(names)
    for row in table:
        kind, level = row["distorted"].split("/")[:2]
        assert (row["type"], row["level"], row["preset"], row["seed"]) == (kind, level, "kadid", "4")
        reference = (out / row["reference"]).resolve()
        assert reference.is_relative_to(originals)
        assert row["reference_sha256"] == hashlib.sha256(reference.read_bytes()).hexdigest()
        assert row["distorted_sha256"] == contents(out)[row["distorted"]]
        expected = distortions.apply(kind, read_image(reference), int(level), 4)
        np.testing.assert_array_equal(read_image(out / row["distorted"]), expected)
    assert {row["parameters"] for row in table if row["type"] == "jpeg"} == {"quality=43", "quality=4"}


def test_scores_find_their_references(run, originals, tmp_path):
    out = tmp_path / "out"
    run("distort", originals, out, *FEW)
    for arguments in ([originals, out], [originals, out, "--pair", "prefix"], [out / "manifest.csv"]):
        result = run("score", *arguments, "-m", "psnr", "-o", tmp_path / "scores.csv")
        assert result.exit_code == 0, result.stderr
        with (tmp_path / "scores.csv").open(newline="") as file:
            scores = list(csv.DictReader(file))
        assert len(scores) == 18
        for row in scores:
            stems = [Path(row[name]).stem for name in ("reference", "distorted")]
            assert stems[0] == stems[1]
    assert {row["type"] for row in scores} == {"gaussian_noise", "jpeg", "color_block"}


def test_number_of_workers_and_place_change_nothing(run, originals, tmp_path):
    run("distort", originals, tmp_path / "one", *FEW, "--workers", 1)
    run("distort", originals, tmp_path / "three", *FEW, "--workers", 3)
    first, *_ = folders = [contents(tmp_path / name) for name in ("one", "three")]
    assert len(first) == 19
    assert folders == [first, first]
    (originals / "face.png").rename(originals / "z.png")
    run("distort", originals / "z.png", originals / "inside", *FEW)
    assert contents(originals / "inside")["gaussian_noise/5/z.png"] == first["gaussian_noise/5/face.png"]
    again = run("distort", originals, originals / "inside", *FEW)  # what is there is no original
    assert again.exit_code == 0
    assert len(rows(originals / "inside")) == 18


def test_what_is_there_is_kept_and_what_has_changed_made_again(run, originals, tmp_path):
    out = tmp_path / "out"
    run("distort", originals, out, *FEW)
    before = contents(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.png")}
    damaged, absent = out / "jpeg" / "1" / "face.png", out / "jpeg" / "5" / "face.png"
    damaged.write_bytes(damaged.read_bytes()[:-5])
    absent.unlink()
    result = run("distort", originals, out, *FEW)
    assert result.stdout == f"Wrote 2 images, kept 16 that were there, and {out / 'manifest.csv'}\n"
    assert contents(out) == before
    assert {path for path in times if path.stat().st_mtime_ns != times[path]} == {damaged, absent}

    Image.fromarray(data.camera()[:70, :80]).save(originals / "grey.png")
    result = run("distort", originals, out, *FEW)
    assert result.stdout.startswith("Wrote 6 images, kept 12 that were there")
    run("distort", originals, tmp_path / "fresh", *FEW)
    assert contents(out) == contents(tmp_path / "fresh")


def test_runs_add_up(run, originals, tmp_path):
    out = tmp_path / "out"
    run("distort", originals, out, "--types", "jpeg", "--levels", "1-2")
    run("distort", originals, out, "--types", "gaussian_blur", "--levels", "3")
    assert Counter(row["type"] for row in rows(out)) == {"jpeg": 6, "gaussian_blur": 3}
    (out / "jpeg" / "2" / "face.png").unlink()
    run("distort", originals, out, "--types", "gaussian_blur", "--levels", "3")
    assert Counter(row["type"] for row in rows(out)) == {"jpeg": 5, "gaussian_blur": 3}


def test_other_levels_are_not_written_over(run, originals, tmp_path):
    out = tmp_path / "out"
    run("distort", originals, out, *FEW)
    before = contents(out)
    for other in (("--seed", 1), ("--preset", "imagenet-c")):
        result = run("distort", originals, out, "--types", "jpeg", *other)
        assert result.exit_code == 2
        assert "was made with preset kadid and seed 0" in result.stderr
        assert "choose another folder" in result.stderr
    assert contents(out) == before


def test_killed_it_goes_on(run, tmp_path):
    """Killed with no chance to clean up, twice; then what is there is what an undisturbed run makes."""
    here, out = tmp_path / "originals", tmp_path / "out"
    here.mkdir()
    picture = data.astronaut()
    for place in range(4):
        Image.fromarray(picture[100 * place : 100 * place + 90, 100:230]).save(here / f"{place}.png")
    options = ["--types", "gaussian_noise,jpeg,jitter,pixelate,motion_blur", "--workers", "2"]
    command = [sys.executable, "-m", "iqametrics", "distort", str(here), str(out), *options]
    for enough in (15, 40):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        limit = time.monotonic() + 60
        while len(list(out.rglob("[!.]*.png"))) < enough and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert not (out / "manifest.csv").exists()
        with (out / ".manifest.unfinished.csv").open("a") as file:
            file.write("jitter/1/0.png,../orig")  # the last row may be cut anywhere
    result = run("distort", here, out, *options)
    assert result.exit_code == 0, result.stderr
    kept = int(result.stdout.partition("kept ")[2].split()[0])
    assert kept >= 38  # all that were there but the one that each worker was at
    assert not (out / ".manifest.unfinished.csv").exists()
    run("distort", here, tmp_path / "undisturbed", *options)
    assert contents(out) == contents(tmp_path / "undisturbed")


def test_interrupted_it_says_so_and_goes_on(run, originals, tmp_path, monkeypatch):
    from iqametrics.datasets.distortions import making

    one, calls = making._one, []

    def interrupting(*args):
        calls.append(args)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return one(*args)

    monkeypatch.setattr(making, "_one", interrupting)
    assert run("distort", originals, tmp_path / "out", *FEW, "--workers", 1).exit_code == 130
    monkeypatch.undo()
    result = run("distort", originals, tmp_path / "out", *FEW)
    assert 4 <= int(result.stdout.partition("kept ")[2].split()[0]) < 18
    assert len(rows(tmp_path / "out")) == 18


def test_unreadable_files_stop_no_other(run, originals, tmp_path):
    (originals / "cut.png").write_bytes((originals / "face.png").read_bytes()[:900])
    (originals / "empty.png").write_bytes(b"")
    (originals / "text.png").write_text("no image")
    (originals / "notes.txt").write_text("no image by its name")
    Image.fromarray(np.zeros((40, 40, 4), np.uint8)).save(originals / "clear.png")
    (originals / "folder.png").mkdir()
    result = run("distort", originals, tmp_path / "out", *FEW)
    assert result.exit_code == 1
    assert "Wrote 18 images" in result.stdout
    lines = result.stderr.splitlines()
    assert [line for line in lines if line.startswith("Note")] == [
        f"Note: no image by its name, left out: {originals / 'notes.txt'}"
    ]
    for name, what in (
        ("cut.png", "damaged PNG"),
        ("empty.png", "empty"),
        ("text.png", "none of PNG"),
        ("clear.png", "alpha"),
    ):
        (line,) = [line for line in lines if name in line]
        assert what in line
        assert "(and 5 more)" in line
    assert lines[-1] == "Error: 24 distorted images could not be made"
    assert len(rows(tmp_path / "out")) == 18
    result = run("distort", originals, tmp_path / "out", *FEW, "--alpha", "white")
    assert "Wrote 6 images, kept 18" in result.stdout


def test_an_image_that_becomes_unreadable_leaves_the_manifest(run, originals, tmp_path):
    out = tmp_path / "out"
    run("distort", originals, out, *FEW)
    (originals / "face.png").write_bytes(b"")
    assert run("distort", originals, out, *FEW).exit_code == 1
    assert len(rows(out)) == 12


def test_types_that_an_image_is_not_fit_for(run, originals, tmp_path):
    """A type that only came along is no failure; one that was named is."""
    everything = run("distort", originals / "grey.png", tmp_path / "all", "--levels", "2")
    assert everything.exit_code == 0, everything.stderr
    made = {row["type"] for row in rows(tmp_path / "all")}
    refused = {name for name in distortions.names("kadid") if distortions.distortion(name).color}
    assert made == set(distortions.names("kadid")) - refused
    notes = everything.stderr.splitlines()
    assert len(notes) == len(refused)
    assert all(line.startswith("Note: ") and "the image is grey" in line for line in notes)
    named = run("distort", originals / "grey.png", tmp_path / "named", "--types", "color_shift,jpeg", "--levels", "2")
    assert named.exit_code == 1
    assert "color_shift changes colour, and the image is grey" in named.stderr
    assert [row["type"] for row in rows(tmp_path / "named")] == ["jpeg"]


def test_tid_like_tells_the_strength_it_found(run, originals, tmp_path):
    out = tmp_path / "out"
    result = run(
        "distort", originals / "face.png", out, "--preset", "tid-like", "--types", "gaussian_blur", "--levels", "2,4"
    )
    assert result.exit_code == 0, result.stderr
    scores = run("score", out / "manifest.csv", "-m", "psnr").stdout.split()
    assert [round(float(value)) for value in scores if value.count(".") == 1 and value[0].isdigit()] == [30, 24]
    sigma = [float(row["parameters"].partition("sigma=")[2].partition(";")[0]) for row in rows(out)]
    assert 0.3 < sigma[0] < sigma[1] < 20


@pytest.mark.parametrize("kind", ["png", "tif"])
def test_sixteen_bits_stay(run, tmp_path, kind):
    import tifffile

    deep = data.astronaut()[:60, :70].astype(np.uint16) * 250
    tifffile.imwrite(tmp_path / "deep.tif", deep)
    result = run("distort", tmp_path / "deep.tif", tmp_path / "out", *FEW, "--format", kind)
    assert result.exit_code == 0, result.stderr
    found = read_image(tmp_path / "out" / "gaussian_noise" / "1" / f"deep.{kind}")
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, distortions.apply("gaussian_noise", deep, 1))


def test_names_that_would_meet(run, originals, tmp_path):
    Image.fromarray(data.camera()[:40, :40]).save(originals / "face.jpg")
    result = run("distort", originals, tmp_path / "out", *FEW)
    assert result.exit_code == 1
    assert "face.jpg" in result.stderr
    assert "face.png" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_of_the_name_of_the_manifest_is_left_alone(run, originals, tmp_path):
    (tmp_path / "manifest.csv").write_text("my,own\n1,2\n")
    result = run("distort", originals, tmp_path, *FEW)
    assert result.exit_code == 1
    assert "no manifest of distorted images" in result.stderr
    assert (tmp_path / "manifest.csv").read_text() == "my,own\n1,2\n"


def test_what_cannot_be_written(run, originals, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "jpeg").write_text("in the way")
    result = run("distort", originals, tmp_path / "out", *FEW)
    assert result.exit_code == 4
    assert "jpeg" in result.stderr
    (tmp_path / "out" / "jpeg").unlink()
    assert "kept" in run("distort", originals, tmp_path / "out", *FEW).stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--types", "jpg"], "did you mean jpeg"),
        (["--types", "rotation"], "no levels in the preset 'kadid'"),
        (["--preset", "live"], "use one of kadid"),
        (["--levels", "0-2"], "levels are 1 to 5"),
        (["--levels", "one"], "1-5 or 1,3,5"),
        (["--levels", "5-1"], "levels are 1 to 5"),
        (["--workers", "0"], "workers"),
    ],
)
def test_wrong_usage(run, originals, tmp_path, options, message):
    result = run("distort", originals, tmp_path / "out", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "out").exists()


def test_list_names_every_distortion(run):
    lines = run("distort", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["name", *distortions.names()]
    (noise,) = [line for line in lines if line.startswith("gaussian_noise ")]
    assert "variance|sd" in noise
    assert "kadid, imagenet-c, cifar-c, tid-like" in noise
