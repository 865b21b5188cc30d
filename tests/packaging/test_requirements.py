"""What setup.cfg requires: lower bounds, and nothing that locks a user in."""

import configparser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

SETUP = Path(__file__).parents[2] / "setup.cfg"


def _configuration():
    parser = configparser.ConfigParser()
    parser.read(SETUP, "utf-8")
    return parser


def _requirements():
    configuration = _configuration()
    lists = {"install_requires": configuration["options"]["install_requires"]}
    lists |= dict(configuration["options.extras_require"])
    return [
        pytest.param(Requirement(line), id=f"{name}-{line}")
        for name, text in lists.items()
        for line in text.split("\n")
        if line
    ]


@pytest.mark.parametrize("requirement", _requirements())
def test_requirement_has_a_lower_bound_only(requirement):
    if requirement.name == "iqametrics":  # an extra that includes another
        assert not requirement.specifier
        return
    assert requirement.url is None
    assert [bound.operator for bound in requirement.specifier] == [">="]


def test_python_has_a_lower_bound_only():
    bounds = SpecifierSet(_configuration()["options"]["python_requires"])
    assert [bound.operator for bound in bounds] == [">="]


def _needed(extra):
    """Names of the packages that an extra brings, and of the extras that it includes."""
    lines = _configuration()["options.extras_require"][extra].split("\n")
    requirements = [Requirement(line) for line in lines if line]
    included = {name for each in requirements for name in each.extras}
    found = included | {each.name for each in requirements}
    return found.union(*map(_needed, included))


def test_extra_all_is_what_users_can_use():
    extras = set(_configuration()["options.extras_require"])
    assert _needed("all") & extras == extras - {"all", "bench", "docs", "test"}


def test_extra_demo_is_light():
    """``.ci/run`` runs the demo in an environment that has nothing else."""
    assert _needed("demo") == {"iqametrics", "plot", "matplotlib"}


def test_extra_test_brings_all_that_is_tested():
    assert _needed("test") >= _needed("all") | _needed("bench")
