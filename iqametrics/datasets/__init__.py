"""Subjective image quality data sets: manifests, readers of the owners' distributions, published figures; distortions."""

from iqametrics.datasets import distortions
from iqametrics.datasets.cards import Card, Counts, card, names
from iqametrics.datasets.dataset import Dataset
from iqametrics.datasets.figures import published
from iqametrics.datasets.loading import load, manifest

__all__ = ["Card", "Counts", "Dataset", "card", "distortions", "load", "manifest", "names", "published"]
