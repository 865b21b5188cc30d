"""Metrics by name: complete, findable, and helpful where a name is wrong."""

import importlib
import pickle
import pkgutil
import subprocess
import sys
from hashlib import sha256
from importlib.metadata import EntryPoint

import numpy as np
import pytest

import iqametrics
from iqametrics import fr, registry
from iqametrics.errors import OptionError, UnknownMetricError
from iqametrics.front import Metric


def test_names():
    assert iqametrics.metrics() == sorted(iqametrics.metrics())
    assert set(iqametrics.metrics()) >= {"mse", "psnr", "ssim", "ms_ssim", "gmsd", "uqi", "vif", "vifp"}
    assert iqametrics.metrics(task="fr") == iqametrics.metrics()
    for name in iqametrics.metrics():
        assert iqametrics.metric(name).name == name


def test_every_file_of_a_room_is_found():
    assert {module.name for module in pkgutil.iter_modules(fr.__path__)} == set(iqametrics.metrics(task="fr"))


def test_the_list_is_the_callers_own():
    iqametrics.metrics().clear()
    assert iqametrics.metrics()


@pytest.mark.parametrize("task", ["nt", "FR", "", 3])
def test_an_unknown_task_is_no_empty_list(task):
    """An empty list would read as 'nothing to do'."""
    with pytest.raises(OptionError, match="fr"):
        iqametrics.metrics(task=task)


def test_a_metric_is_the_same_object_everywhere():
    for name in iqametrics.metrics():
        module = importlib.import_module(f"iqametrics.fr.{name}")
        assert getattr(iqametrics, name) is iqametrics.metric(name) is getattr(module, name)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [("SSIM", "ssim"), ("ms-ssim", "ms_ssim"), ("MS-SSIM", "ms_ssim"), ("msssim", "ms_ssim"), ("Vif-P", "vifp")],
)
def test_spellings(spelling, name):
    assert iqametrics.metric(spelling) is iqametrics.metric(name)


def test_aliases():
    names = iqametrics.metrics()
    for name in names:
        for alias in iqametrics.metric(name).aliases:
            assert alias not in names
            assert alias == alias.lower().replace("-", "_")
            assert iqametrics.metric(alias) is iqametrics.metric(name)


@pytest.mark.parametrize(
    ("wrong", "meant"), [("sssim", "ssim"), ("ms_sim", "ms_ssim"), ("PSNRR", "psnr"), ("gsmd", "gmsd"), ("viff", "vif")]
)
def test_did_you_mean(wrong, meant):
    with pytest.raises(UnknownMetricError, match=f"{wrong}.*did you mean.*{meant}"):
        iqametrics.metric(wrong)


def test_far_from_everything():
    with pytest.raises(UnknownMetricError) as caught:
        iqametrics.metric("zzz")
    for name in iqametrics.metrics():
        assert name in str(caught.value)
    assert isinstance(caught.value, LookupError)
    assert "'zzz'" in str(caught.value)


def test_options_are_bound():
    image = np.random.default_rng(0).random((20, 20))
    bound = iqametrics.metric("ssim", data_range=1.0, convention="skimage")
    assert bound(image, image[::-1]) == iqametrics.ssim(image, image[::-1], data_range=1.0, convention="skimage")
    assert isinstance(bound, Metric)
    assert "data_range=1.0" in repr(bound)
    assert "convention='skimage'" in repr(bound)
    assert iqametrics.metric("ssim").bound == {}


def test_options_are_checked_when_bound():
    with pytest.raises(OptionError, match=r"windw.*data_range"):
        iqametrics.metric("ssim", windw=7)
    with pytest.raises(OptionError, match=r"matlab.*wang2004"):
        iqametrics.metric("ssim", convention="matlab")
    with pytest.raises(OptionError, match="levels"):
        iqametrics.metric("ms_ssim", levels=9)


def test_a_name_is_taken_once():
    ssim = iqametrics.metric("ssim")
    assert registry.register(ssim) is ssim
    with pytest.raises(ValueError, match="ssim"):
        registry.register(ssim.with_options(data_range=1.0))
    assert iqametrics.metric("ssim") is ssim
    assert registry.source("ssim") == ("iqametrics.fr.ssim", None)


@pytest.mark.parametrize("wrong", [None, 3, ["ssim"], iqametrics.ssim])
def test_a_name_that_is_no_text(wrong):
    with pytest.raises(UnknownMetricError, match="a metric is called by a string such as 'ssim', not by"):
        iqametrics.metric(wrong)


OWN = ("from iqametrics.fr.mse import mse", "from iqametrics.registry import register")
MAKES = (*OWN, "own = register(replace(mse, name='own_error', aliases=()))")


@pytest.fixture
def entries(monkeypatch):
    """Stands for what is installed beside the package."""

    def install(*values):
        found = [EntryPoint(f"entry{i}", value, "iqametrics.metrics") for i, value in enumerate(values)]
        monkeypatch.setattr(registry, "entry_points", lambda group: [each for each in found if each.group == group])
        registry._load_others.cache_clear()

    yield install
    registry._load_others.cache_clear()


def test_metric_travels_as_the_module_that_registers_it(module_of_a_user, tmp_path):
    """Made of another module's function, as here, it is still the importing module that has it."""
    module_of_a_user("own_errors", *MAKES)
    own = importlib.import_module("own_errors").own.with_options(color="luma")
    assert pickle.loads(pickle.dumps(own)).bound == {"color": "luma"}
    program = f"import pickle; metric = pickle.loads({pickle.dumps(own)!r}); print(metric.name, metric.bound)"
    environment = {"PYTHONPATH": f"{tmp_path}:{':'.join(filter(None, sys.path))}"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "own_error {'color': 'luma'}\n"


def test_metric_whose_module_is_not_there(module_of_a_user, monkeypatch):
    module_of_a_user("own_errors", *MAKES)
    pickled = pickle.dumps(importlib.import_module("own_errors").own)
    del registry._METRICS["own_error"]
    with pytest.raises(
        UnknownMetricError, match=r"'own_error' comes from the module 'own_errors', which does not regi"
    ):
        pickle.loads(pickled)
    monkeypatch.setitem(sys.modules, "own_errors", None)
    with pytest.raises(UnknownMetricError, match=r"'own_errors', which can't be imported here \(ModuleNotFoundError"):
        pickle.loads(pickled)


def test_entry_points_bring_metrics_in(module_of_a_user, entries):
    module_of_a_user("own_errors", *MAKES)
    entries("own_errors")
    assert "own_error" in iqametrics.metrics(task="fr")
    assert iqametrics.metric("own-error").name == "own_error"


@pytest.mark.parametrize("first", ["metrics", "metric"])
def test_entry_point_that_fails_stops_no_other(module_of_a_user, entries, first):
    module_of_a_user("broken", "1 / 0")
    module_of_a_user("own_errors", *MAKES)
    entries("broken", "own_errors", "nowhere.at_all")
    with pytest.warns(UserWarning, match=r"the metrics of .* are missing") as warned:
        found = iqametrics.metrics() if first == "metrics" else [iqametrics.metric("own_error").name]
    assert "own_error" in found
    assert ["ZeroDivisionError" in str(warned[0].message), "'nowhere" in str(warned[1].message)] == [True, True]


def test_known_metric_is_found_without_looking_through_what_is_installed(entries):
    entries("nowhere.at_all")
    assert iqametrics.metric("ssim").name == "ssim"


def test_provenance_tells_whose_code_it_is(module_of_a_user):
    file = module_of_a_user("own_errors", *MAKES)
    own = importlib.import_module("own_errors").own
    expected = {"module": "own_errors", "module_sha256": sha256(file.read_bytes()).hexdigest()}
    assert expected.items() <= own.provenance().items()
    assert expected.items() <= iqametrics.saliency_pool(own).provenance().items()
    assert "module" not in iqametrics.mse.provenance()
