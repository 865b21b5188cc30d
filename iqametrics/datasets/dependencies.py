"""The packages that only data sets need."""

from importlib.util import find_spec

from iqametrics.errors import DependencyError


def require(package: str, purpose: str, otherwise: str = "") -> None:
    """Raise a DependencyError that names the extra to install, unless ``package`` is there."""
    if find_spec(package) is None:
        advice = f" {otherwise}" if otherwise else ""
        raise DependencyError(f"{purpose} needs {package}: pip install 'iqametrics[datasets]'.{advice}")
