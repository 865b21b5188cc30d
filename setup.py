"""The packages, in Python because setup.cfg can either find packages or map one to a folder, not both."""

from setuptools import find_packages, setup

MANIFESTS = "iqametrics.data_manifests"

setup(
    packages=[*find_packages(include=["iqametrics", "iqametrics.*"]), MANIFESTS],
    package_dir={MANIFESTS: "data_manifests"},
)
