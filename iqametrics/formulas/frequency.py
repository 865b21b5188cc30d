"""Equations on the 8x8 discrete cosine transform."""

from iqametrics.formulas.names import absolute, maximum, sqrt, where


def squared_times(error, weight):
    """Squared weighted error."""
    e = error * weight
    return e * e


def squared_above(error, mask, share, weight):
    """The same of what an error exceeds a mask by, of which a coefficient has its share."""
    e = maximum(absolute(error) - mask * share, 0.0) * weight
    return e * e


def larger(a, b):
    """The mask of two images: that of the one that hides more."""
    return maximum(a, b)


def masking(energy, quarters, block):
    """How much a block hides: the root of its weighted energy, times how evenly its contrast is spread."""
    some = block > 0
    return sqrt(energy * where(some, quarters / where(some, block, 1.0), 0.0)) / 32


def spread_similarity(mx, my, vx, vy, cxy, c):
    """Similarity of two local standard deviations, from local moments."""
    return (2 * sqrt(vx * vy) + c) / (vx + vy + c)


def structure_similarity(mx, my, vx, vy, cxy, c):
    """How alike two windows are beside their standard deviations."""
    return (cxy + c) / (sqrt(vx * vy) + c)


def about_one(dc, structure, *others):
    """Weighted mean of the similarities of all coefficients, that of the mean level being a product.

    The weights follow the similarities; they add up to 1, so that what the similarities lack of 1 is averaged.
    """
    half = (len(others) - 1) // 2
    total = others[half] * (dc * structure - 1)
    for similarity, weight in zip(others[:half], others[half + 1 :], strict=True):
        total = total + weight * (similarity - 1)
    return 1 + total
