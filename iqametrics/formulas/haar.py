"""Equations of the Haar wavelet-based perceptual similarity index (Reisenhofer et al. 2018).

Similarities are put through a sigmoid, averaged by weights, and brought back. What is averaged here is what the sigmoid
lacks of its value for a similarity of 1, so that identical images are exactly 1; `lowest` is ``exp(-alpha)``. A direction
has Haar coefficients of three scales, the finest first, of the reference (x) and of the distorted image (y); the coarsest
is the weight.
"""

from iqametrics.formulas.names import absolute, exp, log, maximum, where
from iqametrics.formulas.similarity import dissimilarity


def sigmoid_loss(loss, alpha, lowest):
    """What the sigmoid of ``alpha (1 - loss)`` lacks of that of alpha."""
    grown = exp(alpha * loss)
    return lowest * (grown - 1) / ((1 + lowest * grown) * (1 + lowest))


def squared_similarity(loss, alpha, lowest):
    """Back through the sigmoid: the square of the similarity, from what its sigmoid lacks."""
    best = 1 / (1 + lowest)
    similarity = 1 + log(1 - loss / (best * (lowest * best + loss))) / alpha
    return similarity * similarity


def direction(x1, y1, x2, y2, x3, y3, c, alpha, lowest):
    """Loss in one direction, and its weight."""
    loss = dissimilarity(absolute(x1), absolute(y1), c) + dissimilarity(absolute(x2), absolute(y2), c)
    return sigmoid_loss(0.5 * loss, alpha, lowest), maximum(absolute(x3), absolute(y3))


def of_grey(hx1, hy1, hx2, hy2, hx3, hy3, vx1, vy1, vx2, vy2, vx3, vy3, c, alpha, lowest):
    """Loss of brightness at a place, and its weight."""
    h, of_h = direction(hx1, hy1, hx2, hy2, hx3, hy3, c, alpha, lowest)
    v, of_v = direction(vx1, vy1, vx2, vy2, vx3, vy3, c, alpha, lowest)
    weight = of_h + of_v
    return (h * of_h + v * of_v) / where(weight > 0, weight, 1.0), weight


def of_colour(
    hx1, hy1, hx2, hy2, hx3, hy3, vx1, vy1, vx2, vy2, vx3, vy3, ix, iy, qx, qy, c, alpha, lowest
):  # fmt: skip
    """Loss of brightness and chroma at a place, and its weight; chroma has the mean weight of both directions."""
    brightness, weight = of_grey(hx1, hy1, hx2, hy2, hx3, hy3, vx1, vy1, vx2, vy2, vx3, vy3, c, alpha, lowest)
    loss = dissimilarity(absolute(ix), absolute(iy), c) + dissimilarity(absolute(qx), absolute(qy), c)
    return (2 * brightness + sigmoid_loss(0.5 * loss, alpha, lowest)) / 3, 1.5 * weight
