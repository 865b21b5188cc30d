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


def test_extra_all_includes_every_other():
    extras = _configuration()["options.extras_require"]
    included = {extra for line in extras["all"].split("\n") if line for extra in Requirement(line).extras}
    assert included == set(extras) - {"all"}
