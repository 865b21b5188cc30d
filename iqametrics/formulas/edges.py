"""Equations of edge strength similarity (Zhang et al. 2013)."""

from iqametrics.formulas.names import absolute, sqrt, where


def edge_strength_similarity(sx, sy, dx, dy, c):
    """Similarity of the edge strengths of two images in the direction in which the reference has the stronger edge.

    `s` are differences of the derivatives along rows and columns, `d` of those along the diagonals; a strength is the square
    root of such a difference. Where both directions are alike but for rounding the straight one counts.
    """
    straight = absolute(sx) >= absolute(dx) - 1e-9
    a = absolute(where(straight, sx, dx))
    b = absolute(where(straight, sy, dy))
    return (2 * sqrt(a * b) + c) / (a + b + c)
