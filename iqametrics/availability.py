"""Which executors this installation can use."""

import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import NamedTuple

from iqametrics.kernels import EXECUTORS


class Backend(NamedTuple):
    """An executor, and whether it can be used here.

    Attributes
    ----------
    name : str
        What ``backend=`` calls it; also the name of the package it needs.
    usable : bool
        Whether that package is installed.
    version : str or None
        Version of the package, where it tells one.
    reason : str or None
        Why the executor can't be used, and what to do about it; None if it can.
    """

    name: str
    usable: bool
    version: str | None
    reason: str | None


def backends() -> list[Backend]:
    """Return the executors that metrics know, and which of them can be used here.

    Looks the packages up without importing them, so that the answer costs next to nothing.

    Returns
    -------
    list of Backend
        In the order ``numpy`` (the reference), ``numba``, ``torch``, ``triton``, which needs a CUDA device besides.

    Examples
    --------
    >>> import iqametrics
    >>> [backend.name for backend in iqametrics.backends() if backend.usable][0]
    'numpy'
    """
    return [_look_up(name) for name in EXECUTORS]


def _look_up(package: str) -> Backend:
    if not _is_installed(package):
        return Backend(package, False, None, f"{package} is not installed: {_REMEDIES[package]}")
    try:
        found = version(package)
    except PackageNotFoundError:  # on the path, but not put there by an installer
        found = None
    return Backend(package, True, found, None)


#: numpy and numba come with the package itself, torch is its user's choice.
_REMEDIES = {
    "numpy": "pip install numpy",
    "numba": "pip install numba",
    "torch": 'pip install "iqametrics[torch]"',
    "triton": "it comes with torch on Linux; elsewhere torch does its work",
}


def _is_installed(package: str) -> bool:
    if package in sys.modules:
        return sys.modules[package] is not None  # None forbids the import
    return find_spec(package) is not None
