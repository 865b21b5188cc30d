"""The program as a whole: help, exit codes, and what a cold process loads."""

import platform
import subprocess
import sys

import pytest

import iqametrics
from iqametrics.cli import main
from iqametrics.cli.exits import ExitCode
from iqametrics.errors import DependencyError

START = "from iqametrics.cli import main; main(prog_name='iqametrics')"


def start(*args, **options):
    """Run the program in a process of its own."""
    command = [sys.executable, "-c", START, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_help_documents_every_command_and_exit_code(run):
    result = run("--help")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    for name in ("score", "explain", "list", "info", "demo", "distort", "manifest", "warmup", "completion"):
        assert f"\n  {name} " in result.stdout
    for name in main.commands:
        page = run(name, "--help")
        assert page.exit_code == 0
        assert max(map(len, page.stdout.splitlines())) <= 80
    for code in ExitCode:
        assert f"\n    {code.value} " in result.stdout


def test_version_begins_with_its_own(run):
    first, python, heading, *executors = run("--version").stdout.splitlines()
    assert first == f"iqametrics {iqametrics.__version__}"
    assert python.startswith(f"Python {platform.python_version()}, ")
    assert heading == "Executors:"
    for backend, line in zip(iqametrics.backends(), executors, strict=True):
        name, *words = line.split()
        assert name == backend.name
        assert words == (["usable,", "version", backend.version] if backend.usable else ["not", "usable:", *words[2:]])


def test_version_tells_why_an_executor_cannot_be_used(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    lines = run("--version").stdout.splitlines()
    assert lines[-2] == '  torch  not usable: torch is not installed: pip install "iqametrics[torch]"'


def test_module_is_the_program(folder):
    files = [str(folder / name) for name in ("reference.png", "distorted.png")]
    for arguments in (["--version"], ["score", *files], ["score", files[0]]):
        module = subprocess.run([sys.executable, "-m", "iqametrics", *arguments], capture_output=True, check=False)
        program = start(*arguments)
        assert (module.returncode, module.stdout.decode(), module.stderr.decode()) == (
            program.returncode,
            program.stdout,
            program.stderr,
        )


def test_unknown_command_suggests_a_similar_one(run):
    result = run("scores")
    assert result.exit_code == 2
    assert "'scores'" in result.stderr


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (DependencyError("pip install\nsomething"), 3, "Error: pip install something"),
        (
            PermissionError(13, "Permission denied", "out.csv"),
            4,
            "Error: out.csv: can't be written (Permission denied)",
        ),
        (KeyboardInterrupt(), 130, "Error: interrupted"),
    ],
)
def test_error_is_one_line_and_a_code(run, monkeypatch, error, code, line):
    def fail(ctx):
        raise error

    monkeypatch.setattr(main.commands["list"], "invoke", fail)
    result = run("list")
    assert result.exit_code == code
    assert result.stderr.splitlines() == [line]


def test_defect_is_not_hidden(run, monkeypatch):
    def fail(ctx):
        raise ZeroDivisionError

    monkeypatch.setattr(main.commands["list"], "invoke", fail)
    assert isinstance(run("list").exception, ZeroDivisionError)


def test_score_of_two_files_loads_nothing_heavy(folder):
    code = (
        "import sys\n"
        "from iqametrics.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "heavy = {'torch', 'numba', 'scipy', 'matplotlib', 'pandas', 'skimage'}\n"
        "print('loaded', *sorted(heavy & set(sys.modules)))\n"
    )
    files = [folder / "reference.png", folder / "distorted.png"]
    metrics = "psnr,ssim,ms_ssim,gmsd,vif,vifp"  # others transform, or take colours from scikit-image
    result = subprocess.run(
        [sys.executable, "-c", code, "score", *map(str, files), "-m", metrics],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines()[-1] == "loaded"


def test_help_does_not_wait_for_numpy():
    code = "import sys\nimport iqametrics.cli\nprint(*sorted({'numpy', 'rich', 'torch', 'numba'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"


def test_reader_that_stops_reading_is_no_error(folder):
    program = subprocess.Popen(
        [sys.executable, "-c", START, "list", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    program.stdout.close()
    with program.stderr as stream:
        assert "Traceback" not in stream.read()
    program.wait()


def test_process_ends_with_the_code_and_no_traceback(folder):
    assert start("score", folder / "reference.png", folder / "distorted.png").returncode == 0
    result = start("score", folder / "reference.png", folder / "damaged.png")
    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr
    assert start("score", folder / "reference.png").returncode == 2


def test_path_that_is_no_text(folder, tmp_path):
    """A name in another encoding must neither stop the table nor be lost from the JSON."""
    import json
    import os
    import shutil

    strange = os.fsencode(tmp_path) + b"/\xe9.png"
    shutil.copyfile(folder / "reference.png", strange)
    command = [sys.executable, "-c", START, "score", str(folder / "reference.png"), strange]
    result = subprocess.run([*command, "--json"], capture_output=True, check=True)
    assert os.fsencode(json.loads(result.stdout)["pairs"][0]["distorted"]) == strange
    environment = {**os.environ, "FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    shown = subprocess.run(command, capture_output=True, check=True, env=environment)
    assert "\N{REPLACEMENT CHARACTER}.png against".encode() in shown.stdout
