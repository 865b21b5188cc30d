"""What several readers need: the card's counts, and types that are numbered in file names."""

from iqametrics.datasets.cards import Card, Counts
from iqametrics.errors import DatasetError


def expected_counts(card: Card) -> Counts:
    """Return the counts of a card whose reader can't do without them."""
    if card.counts is None:
        raise DatasetError(f"The card of {card.title} lacks [counts], which its reader needs.")
    return card.counts


def coded_type(code: str, counts: Counts, name: str) -> str:
    """Return the distortion type that a set numbers ``code``, counted from 1 in the card's order."""
    types = list(counts.types)
    index = int(code)
    if not 1 <= index <= len(types):
        raise DatasetError(f"{name!r} names distortion {index}; the set has 1 to {len(types)}.")
    return types[index - 1]
