"""What importing costs and brings along, seen from fresh processes."""

import ast
import importlib.metadata
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import iqametrics

#: Seconds that ``import iqametrics`` may take.
LIMIT = 0.15
HEAVY = (
    "torch",
    "numba",
    "scipy",
    "skimage",
    "matplotlib",
    "pandas",
    "imagecodecs",
    "tifffile",
    "PIL",
    "rich",
    "click",
)


def fresh(program):
    """What a program prints, as JSON, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def loaded_after(statements):
    """Top-level packages that are loaded once some statements have run."""
    program = (
        f"import json, sys\n{statements}\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    )
    return set(fresh(program))


def test_import_is_light():
    assert loaded_after("import iqametrics").isdisjoint(HEAVY)
    assert loaded_after("import iqametrics; dir(iqametrics); iqametrics.__version__").isdisjoint(HEAVY)


def test_names_are_light():
    """The list of metrics and their documentation compute nothing."""
    loaded = loaded_after("import iqametrics; iqametrics.metrics(); iqametrics.ssim.__doc__; iqametrics.ssim.min_size")
    assert loaded.isdisjoint({"torch", "numba", "skimage", "matplotlib", "pandas"})


def test_import_is_quick():
    """The quickest of several: other work on the machine only ever adds."""
    program = (
        "import json, time\n"
        "start = time.perf_counter()\n"
        "import iqametrics\n"
        "print(json.dumps(time.perf_counter() - start))"
    )
    assert min(fresh(program) for _ in range(7)) < LIMIT


def test_arrays_never_import_torch():
    program = """
        import json, sys
        import numpy as np
        import iqametrics

        x = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
        loaded = {}
        for name in iqametrics.metrics(task="fr"):
            metric = iqametrics.metric(name)
            metric(x, x // 2)
            metric.map(x, x // 2)
            metric.prepare(x)(x // 2)
            metric([x], [x // 2])
            loaded[name] = sorted({"torch", "skimage", "matplotlib", "pandas"} & set(sys.modules))
        print(json.dumps(loaded))
    """
    assert fresh(textwrap.dedent(program)) == {name: [] for name in iqametrics.metrics(task="fr")}


def test_without_torch_its_absence_is_explained():
    program = (
        "import json, sys\n"
        "sys.modules['torch'] = None\n"
        "import iqametrics, numpy as np\n"
        "from iqametrics.errors import DependencyError\n"
        "x = np.zeros((8, 8), np.uint8)\n"
        "score = iqametrics.mse(x, x + 3)\n"
        "try:\n"
        "    iqametrics.mse(x, x, backend='torch')\n"
        "except DependencyError as error:\n"
        "    print(json.dumps([score, str(error)]))\n"
    )
    score, message = fresh(program)
    assert score == 9
    assert "pip install" in message
    assert "torch" in message


def stub_names():
    stub = Path(iqametrics.__file__).with_suffix(".pyi")
    nodes = ast.parse(stub.read_text("utf-8")).body
    return {name.asname or name.name for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names}


def test_the_stub_names_what_is_public():
    names = stub_names()
    assert names == set(iqametrics.__all__)
    assert names <= set(dir(iqametrics))
    for name in names:
        assert getattr(iqametrics, name) is not None
    assert names >= {*iqametrics.metrics(), "metric", "metrics"}


def test_the_version_is_public_and_that_of_the_package():
    try:
        installed = importlib.metadata.version("iqametrics")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("iqametrics is not installed")
    assert iqametrics.__version__ == installed


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="siim"):
        iqametrics.siim  # noqa: B018


def test_modules_do_not_hide_metrics():
    """A module iqametrics.NAME would take the place of the public name once somebody imports it."""
    folder = Path(iqametrics.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} | {path.name for path in folder.iterdir() if path.is_dir()}
    assert modules.isdisjoint(stub_names())
