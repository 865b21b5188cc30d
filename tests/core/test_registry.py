"""Metrics by name: complete, findable, and helpful where a name is wrong."""

import importlib
import pkgutil

import numpy as np
import pytest

import iqametrics
from iqametrics import fr, registry
from iqametrics.errors import OptionError, UnknownMetricError
from iqametrics.record import Metric


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


@pytest.mark.parametrize("wrong", [None, 3, ["ssim"], iqametrics.ssim])
def test_a_name_that_is_no_text(wrong):
    with pytest.raises(UnknownMetricError, match="a metric is called by a string such as 'ssim', not by"):
        iqametrics.metric(wrong)
