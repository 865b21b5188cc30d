"""``iqametrics score`` that is killed, runs out of space, loses a worker, or meets another run, and goes on."""

import csv
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from iqametrics import metric
from iqametrics.scoring import pairs as scoring_pairs
from tests.closeness import assert_close

#: Seconds that an image takes at least where a test needs time to interfere.
PACE = 0.02
#: The program at that pace; it notes every distorted image that it decodes.
SLOW = f"""
import sys, time
from iqametrics.scoring import tasks
decode = tasks.decode_image
def decode_slowly(contents, name, **options):
    time.sleep({PACE})
    with open(sys.argv[1], "a") as log:
        log.write(name + chr(10))
    return decode(contents, name, **options)
tasks.decode_image = decode_slowly
from iqametrics.cli import main
main(sys.argv[2:], prog_name="iqametrics")
"""


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A list of 80 pairs of 4 references and 8 versions, two of whose lines can't be scored."""
    here = tmp_path_factory.mktemp("list")
    image = data.astronaut()[100:164, 100:180]
    for i in range(4):
        Image.fromarray(np.roll(image, 10 * i, axis=1)).save(here / f"r{i}.png")
    for i in range(8):
        Image.fromarray(image // (i + 2) * (i + 2)).save(here / f"v{i}.png")
    (here / "broken.png").write_bytes((here / "r0.png").read_bytes()[:2000])
    lines = [f"r{i // 20}.png,v{i % 8}.png,{i}" for i in range(80)]
    lines[17], lines[60] = "r0.png,broken.png,17", "r3.png,none.png,60"
    (here / "pairs.csv").write_text("\n".join(["reference,distorted,number", *lines]))
    return here


@pytest.fixture(scope="module")
def expected(listed):
    """The tables of a run that nothing interrupts, by suffix."""
    tables = {}
    for suffix in ("csv", "json", "jsonl", "parquet"):
        output = listed / f"uninterrupted.{suffix}"
        done = subprocess.run(command(listed, output), capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        assert done.stderr.endswith("Error: 2 of 80 pairs could not be scored\n")
        tables[suffix] = output.read_bytes()
    return tables


def command(listed, output, *options):
    score = ["score", str(listed / "pairs.csv"), "-m", "psnr,ssim", "-o", str(output), *options]
    return [sys.executable, "-m", "iqametrics", *score]


def slowly(listed, output, log, *options):
    _, _, _, *score = command(listed, output, *options)
    return [sys.executable, "-c", SLOW, str(log), *score]


def lines_of(path):
    return path.read_bytes().count(b"\n") if path.exists() else 0


def begun(arguments, journal, lines):
    """Start a program and wait until it has written some lines more."""
    program = subprocess.Popen(
        arguments,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # Where the tests run in the background of a shell, they and what they start would not hear of an interrupt.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    wanted = lines_of(journal) + lines
    end = time.monotonic() + 60
    while program.poll() is None and lines_of(journal) < wanted:
        assert time.monotonic() < end
        time.sleep(0.002)
    return program


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_ten_kills_leave_the_same_table(listed, expected, tmp_path, suffix):
    output = tmp_path / f"out.{suffix}"
    journal, log = tmp_path / f"out.{suffix}.partial", tmp_path / "log"
    chance = random.Random(suffix)
    kills = 10 if suffix == "csv" else 2
    for kill in range(kills):
        before = lines_of(journal)
        program = begun(slowly(listed, output, log, "--workers", "2"), journal, chance.randint(0, 5))
        time.sleep(chance.uniform(0, 2 * PACE))
        program.kill()
        told = program.communicate()[1]
        assert program.returncode == -signal.SIGKILL, told
        assert not output.exists()
        assert told == "" or re.fullmatch(r"Resuming: \d+ of 80 pairs already scored\n", told), kill
        assert lines_of(journal) >= before - 1  # a torn line goes
    done = subprocess.run(slowly(listed, output, log), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.match(r"Resuming: [1-9]\d* of 80 pairs already scored\n", done.stderr)
    assert output.read_bytes() == expected[suffix]
    # What was in flight is lost with a kill, and no more: two workers, and as many tasks waiting for their turn.
    scored = Path(log).read_text().count("/v")
    assert scored <= 78 + kills * 4


def test_killed_in_processes_goes_on_in_threads(listed, expected, tmp_path):
    output, journal = tmp_path / "out.csv", tmp_path / "out.csv.partial"
    program = begun(command(listed, output, "--processes", "--workers", "2"), journal, 1)
    program.kill()
    program.communicate()
    assert lines_of(journal) >= 1
    done = subprocess.run(command(listed, output), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert output.read_bytes() == expected["csv"]


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "parquet"])
def test_processes_give_the_same_table(listed, expected, run, tmp_path, suffix):
    if suffix != "csv":
        run(*command(listed, tmp_path / f"out.{suffix}")[3:])
    else:
        run(*command(listed, tmp_path / "out.csv", "--processes", "--workers", "2")[3:])
    assert (tmp_path / f"out.{suffix}").read_bytes() == expected[suffix]


def test_journal_stays_until_everything_is_scored(listed, run, tmp_path):
    here = shutil.copytree(listed, tmp_path / "copy")
    arguments = command(here, tmp_path / "out.csv")[3:]
    first = run(*arguments)
    assert first.exit_code == 1
    assert f"Note: {tmp_path / 'out.csv.partial'} stays: once the files are repaired" in first.stderr
    shutil.copyfile(here / "v0.png", here / "none.png")
    shutil.copyfile(here / "v0.png", here / "broken.png")
    shutil.copyfile(here / "v0.png", here / "v1.png")
    second = run(*arguments)
    assert second.exit_code == 0
    assert second.stderr.splitlines()[:2] == [
        "Resuming: 78 of 80 pairs already scored",
        "Note: 9 of them had other files then, and were scored again",
    ]
    assert not (tmp_path / "out.csv.partial").exists()
    with (tmp_path / "out.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            pair = here / row["reference"], here / row["distorted"]
            assert_close(float(row["psnr"]), metric("psnr")(*pair), 1e-12)


def test_second_run_on_the_same_output_is_refused(listed, run, tmp_path):
    output, journal = tmp_path / "out.csv", tmp_path / "out.csv.partial"
    program = begun(slowly(listed, output, tmp_path / "log", "--workers", "1"), journal, 1)
    refused = run(*command(listed, output)[3:])
    program.kill()
    program.communicate()
    assert refused.exit_code == 4
    assert refused.stderr.splitlines()[-1] == (
        f"Error: {journal} is in use by another run; wait for its end, or write to another file"
    )


def test_interrupt_says_how_to_go_on(listed, expected, run, tmp_path):
    output, journal = tmp_path / "out.csv", tmp_path / "out.csv.partial"
    program = begun(slowly(listed, output, tmp_path / "log"), journal, 3)
    program.send_signal(signal.SIGINT)
    told = program.communicate()[1].splitlines()
    assert program.returncode == 130
    assert told == [
        f"Note: the scores so far are in {journal}; the same command goes on from there",
        "Error: interrupted",
    ]
    run(*command(listed, output)[3:])
    assert output.read_bytes() == expected["csv"]


def test_killed_worker_process_is_made_up_for(listed, expected, tmp_path):
    output, journal = tmp_path / "out.csv", tmp_path / "out.csv.partial"
    program = begun(command(listed, output, "--processes", "--workers", "2"), journal, 1)
    found = subprocess.run(["pgrep", "-P", str(program.pid), "-f", "spawn_main"], capture_output=True, text=True)
    workers = [int(pid) for pid in found.stdout.split()]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    program.communicate()
    assert program.returncode == 1
    assert output.read_bytes() == expected["csv"]


def test_full_disk(listed, expected, run, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    try:
        arguments = command(listed, disk / "out.csv")[3:]
        for _ in range(2):  # still full
            result = run(*arguments)
            assert result.exit_code == 4
            note, error = result.stderr.splitlines()[-2:]
            assert (
                note
                == f"Note: the scores so far are in {disk / 'out.csv.partial'}; the same command goes on from there"
            )
            assert error == f"Error: {disk / 'out.csv.partial'}: can't be written (No space left on device)"
            assert [path.name for path in disk.iterdir()] == ["out.csv.partial"]
            assert 10 < lines_of(disk / "out.csv.partial") < 78
        subprocess.run(["mount", "-o", "remount,size=1m", str(disk)], check=True)
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.stderr.startswith("Resuming: ")
        assert (disk / "out.csv").read_bytes() == expected["csv"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_disk_that_is_full_when_the_table_is_written(listed, expected, run, tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device", "table")

    arguments = command(listed, tmp_path / "out.csv")[3:]
    with monkeypatch.context() as disk:
        disk.setattr("iqametrics.report.score_files.os.fsync", full)
        disk.setattr("iqametrics.scoring.journal.Journal.sync", lambda self: None)
        result = run(*arguments)
    assert result.exit_code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv.partial"]
    result = run(*arguments)
    assert result.stderr.startswith("Resuming: 78 of 80 pairs already scored")
    assert (tmp_path / "out.csv").read_bytes() == expected["csv"]


@pytest.fixture
def executors(monkeypatch):
    """The executors that are handed to the engine."""
    seen = []
    score = scoring_pairs.score_pairs

    def spy(pairs, how, *, executor, journal):
        seen.append(executor)
        return score(pairs, how, executor=executor, journal=journal)

    monkeypatch.setattr(scoring_pairs, "score_pairs", spy)
    return seen


def test_number_of_workers(listed, run, executors):
    for options in ([], ["--workers", "3"]):
        assert run("score", listed / "pairs.csv", *options).exit_code == 1
    default, three = executors
    assert default is None
    assert isinstance(three, ThreadPoolExecutor)
    assert three._max_workers == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "0"], "0 is not in the range"),
        (["--scheduler", "tcp://a:1", "--workers", "2"], "leave out --workers"),
        (["--scheduler", "tcp://a:1", "--processes"], "--scheduler has its own workers"),
        (["--processes", "--map", "maps"], "leave out --processes"),
        (["--scheduler", "tcp://a:1", "--map", "maps"], "leave out --scheduler"),
        (["--root", "."], "--root is for --manifest"),
        (["--direction", "quality"], "--direction is for --manifest"),
        (["--manifest", "tid2013"], "leave out REFERENCE"),
    ],
)
def test_options_that_contradict_each_other(listed, run, options, message):
    result = run("score", listed / "pairs.csv", *options)
    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]


def test_scheduler_that_does_not_answer(listed, run, tmp_path):
    pytest.importorskip("distributed")
    result = run(*command(listed, tmp_path / "out.csv", "--scheduler", "nowhere")[3:])
    assert result.exit_code == 3
    assert "Error: no Dask scheduler answers at nowhere" in result.stderr
    assert not list(tmp_path.iterdir())


def test_scheduler_without_distributed(listed, run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = run("score", listed / "pairs.csv", "--scheduler", "tcp://a:1")
    assert result.exit_code == 3
    assert 'pip install "iqametrics[distributed]"' in result.stderr


MANIFEST = (
    "reference,distorted,score,type,note\nr1.png,v0.png,4.5,blur,x\nr0.png,v1.png,3.25,noise,\nr1.png,v2.png,1,blur,\n"
)


def test_manifest_with_its_opinions(listed, run, tmp_path):
    pytest.importorskip("pandas")
    (tmp_path / "mine.csv").write_text(MANIFEST)
    output = tmp_path / "out.csv"
    options = ["--manifest", tmp_path / "mine.csv", "--root", listed, "--direction", "quality"]
    result = run("score", *options, "-m", "psnr", "-o", output)
    assert result.exit_code == 0, result.stderr
    with output.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["reference", "distorted", "type", "mos", "note", "psnr", "error"]
    # The pairs of a reference come together.
    assert [(row["distorted"], row["mos"], row["type"], row["note"]) for row in rows] == [
        ("v1.png", "3.25", "noise", ""),
        ("v0.png", "4.5", "blur", "x"),
        ("v2.png", "1.0", "blur", ""),
    ]
    for row in rows:
        assert_close(float(row["psnr"]), metric("psnr")(listed / row["reference"], listed / row["distorted"]), 1e-12)
    again = run("score", *options, "-m", "psnr", "-o", output.with_suffix(".parquet"))
    assert again.exit_code == 0
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(output.with_suffix(".parquet"))
    assert table.column("mos").to_pylist() == [3.25, 4.5, 1.0]
    assert table.column("note").to_pylist() == ["", "x", ""]


def test_manifest_of_images_that_are_not_there(listed, run, tmp_path):
    pytest.importorskip("pandas")
    (tmp_path / "mine.csv").write_text(MANIFEST.replace("v1", "lost"))
    options = ["--manifest", tmp_path / "mine.csv", "--direction", "quality"]
    result = run("score", *options, "--root", listed)
    assert result.exit_code == 1
    assert "lost.png" in result.stderr
    assert run("score", *options).exit_code == 2
    assert "Missing argument 'REFERENCE'" in run("score").stderr
