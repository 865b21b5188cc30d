"""Compiled once per machine: kept on disk, found by other processes, made anew when an equation changes."""

import pytest

import iqametrics

CORE = ("mse", "psnr", "ssim", "ms_ssim", "gmsd", "vif", "vifp")
SCORES = (
    "watch()\n"
    "names = iqametrics.metrics(task='fr')\n"
    "report(scores={n: [score(n, d) for d in ('uint8', 'float32')] for n in names})"
)
ONE = "watch()\nreport(score=score('mse'))"
FLOATS = "report(score=score('mse', 'float32'))"


def kernels_of(found):
    """Kernels among the functions compiled; Numba compiles parts of its own on the way."""
    return {name for name in found["compiled"] if name.startswith("iqametrics.") and "<locals>" not in name}


def test_warmup_names_every_metric(warm):
    assert list(warm.first["spent"]) == iqametrics.metrics(task="fr")
    assert all(seconds >= 0 for seconds in warm.first["spent"].values())


def test_a_second_process_compiles_nothing(warm):
    """Every kernel of every metric, in double and in single precision."""
    assert kernels_of(warm.first)
    again = warm.run(SCORES)
    assert again["compiled"] == []
    assert again["scores"] == warm.first["scores"]


def test_loading_starts_no_compiler(warm):
    """Kernels hold no functions of Numba's, whose modules take longer to import than all kernels to load."""
    imported = "report(imported=sorted({'numba.np.arrayobj', 'numba.np.arraymath', 'numpy.ma'} & set(sys.modules)))"
    for name in CORE:
        assert warm.run(f"import sys\nscore({name!r})\n" + imported)["imported"] == []


def test_compiling_imports_no_linear_algebra(installed):
    """A user's functions that need it have it all the same."""
    found = installed.run(
        "import sys\nscore('mse')\nlight = 'scipy.linalg' not in sys.modules\n"
        "import numba\n"
        "solve = numba.njit(lambda a, b: np.dot(a, np.linalg.solve(a, b)))\n"
        "report(light=light, product=solve(np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([3.0, 5.0])).tolist())"
    )
    assert found["light"]
    assert found["product"] == pytest.approx([3.0, 5.0])


def test_every_kernel_is_kept(warm):
    """Each has an index beside its source, and nothing was put elsewhere."""
    kept = {path.name.split("-")[0] for path in (warm.kernels / "__pycache__").glob("*.nbi")}
    source = "import inspect, numba\nfrom importlib import import_module\nfrom pathlib import Path\n"
    names = warm.run(
        source + "folder = Path(iqametrics.__file__).parent / 'kernels/numba_'\n"
        "modules = [import_module(f'iqametrics.kernels.numba_.{path.stem}') for path in folder.glob('*.py')]\n"
        "from numba.core.registry import CPUDispatcher\n"
        "found = [v for m in modules for v in vars(m).values() if isinstance(v, CPUDispatcher)]\n"
        "report(names=sorted({f'{Path(inspect.getfile(v.py_func)).stem}.{v.py_func.__qualname__}' for v in found\n"
        "                     if v.stats.cache_path}))"
    )["names"]
    assert names
    compiled = {".".join(name.split(".")[-2:]) for name in kernels_of(warm.first)}
    assert kept == set(names) & compiled  # a stencil that no metric uses yet is not compiled ahead
    assert warm.kept() == []


def test_nothing_is_compiled_at_import(installed):
    """Not even when every module of the executor is imported."""
    found = installed.run(
        "import sys\n"
        "iqametrics.metrics()\n"
        "light = 'numba' not in sys.modules\n"
        "watch()\n"
        "from iqametrics import kernels\n"
        "for stencil in kernels._FUSED['numba']:\n"
        "    kernels.fused('numba', stencil)\n"
        "kernels.ops('numba')\n"
        "report(light=light)"
    )
    assert found["light"]
    assert found["compiled"] == []


def test_read_only_package(installed):
    """The user's cache folder takes the place of the package's."""
    installed.close()
    first = installed.run(ONE)
    assert kernels_of(first)
    assert installed.kept()
    again = installed.run(ONE)
    assert again["compiled"] == []
    assert again["score"] == first["score"]


def test_no_place_to_keep_anything(installed):
    installed.close()
    nowhere = installed.home / "file"
    nowhere.write_text("not a folder")
    scores = []
    for _ in range(2):
        found = installed.run(ONE, HOME=str(nowhere))
        assert kernels_of(found)
        scores.append(found["score"])
    assert scores[0] == scores[1] == installed.run(ONE)["score"]
    assert nowhere.read_text() == "not a folder"


def test_edited_equation(installed):
    """The file of the kernel stays as it is; only the equation's changes."""
    before = installed.run(ONE)["score"]
    installed.edit("formulas/error.py", "return d * d", "return 2 * d * d")
    edited = installed.run(ONE)
    assert edited["score"] == 2 * before
    assert installed.run(ONE)["compiled"] == []
    installed.edit("formulas/error.py", "return 2 * d * d", "return d * d")
    assert installed.run(ONE)["score"] == before


def test_edited_part_of_a_kernel(installed):
    """What a kernel takes from another file of the executor is part of it."""
    before = installed.run(FLOATS)["score"]
    installed.edit("kernels/numba_/rows.py", "total += values[k, j]", "total += 2 * values[k, j]")
    assert installed.run(FLOATS)["score"] == 2 * before
