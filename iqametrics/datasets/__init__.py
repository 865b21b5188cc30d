"""Subjective image quality data sets: manifests, readers of the owners' distributions, published figures."""

from iqametrics.datasets.cards import Card, Counts, card, names
from iqametrics.datasets.dataset import Dataset
from iqametrics.datasets.figures import published
from iqametrics.datasets.loading import load, manifest

__all__ = ["Card", "Counts", "Dataset", "card", "load", "manifest", "names", "published"]
