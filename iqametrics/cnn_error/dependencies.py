"""The packages that only work with networks needs."""

from importlib.util import find_spec

from iqametrics.errors import DependencyError


def require(*packages: str) -> None:
    """Raise a DependencyError that names the extra to install, unless all packages are there."""
    absent = [package for package in packages if find_spec(package) is None]
    if absent:
        raise DependencyError(f"image quality for machines needs {', '.join(absent)}: pip install 'iqametrics[cnn]'")
