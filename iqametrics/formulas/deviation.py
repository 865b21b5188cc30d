"""Equations of the mean deviation similarity index (Nafchi et al. 2016).

A similarity may be negative here; its roots are then complex. Everything is written as what it differs by from 1, so that
nearly identical images keep the digits of their difference. `g` are gradient magnitudes of the reference (x), of the
distorted image (y) and of the image between them (m), `h` and `n` are chroma.
"""

from iqametrics.formulas.names import absolute, power, sin, where
from iqametrics.formulas.pooling import power_of_positive
from iqametrics.formulas.similarity import dissimilarity

PI = 3.141592653589793


def gradient_loss(gx, gy, gm, c1, c2):
    """What the gradient similarity, GS = S(x, y) + S(y, m) - S(x, m), lacks of 1."""
    return dissimilarity(gx, gy, c1) + (dissimilarity(gy, gm, c2) - dissimilarity(gx, gm, c2))


def chroma_loss(hx, hy, nx, ny, c3):
    """What the chroma similarity lacks of 1."""
    h, n = hx - hy, nx - ny
    return (h * h + n * n) / ((hx * hx + nx * nx) + (hy * hy + ny * ny) + c3)


def beyond_one(modulus, less, angle):
    """Both parts of a complex number of this modulus, which is ``1 + less``, and this angle, less 1."""
    half = sin(angle * 0.5)
    return less - 2 * modulus * half * half, modulus * sin(angle)


def sum_of_similarities(gx, gy, gm, hx, hy, nx, ny, c1, c2, c3, alpha):
    """Fourth root of ``alpha GS + (1 - alpha) CS``, less 1."""
    loss = alpha * gradient_loss(gx, gy, gm, c1, c2) + (1 - alpha) * chroma_loss(hx, hy, nx, ny, c3)
    root = power_of_positive(absolute(1 - loss), 0.25)
    negative = loss > 1
    less = where(negative, root - 1, -loss / ((1 + root) * (1 + root * root)))
    return beyond_one(root, less, where(negative, PI / 4, loss - loss))


def product_of_similarities(gx, gy, gm, hx, hy, nx, ny, c1, c2, c3):
    """Fourth root of ``GS^0.2 CS^0.1``, less 1; the powers of negative similarities are complex."""
    of_gradient, of_chroma = gradient_loss(gx, gy, gm, c1, c2), chroma_loss(hx, hy, nx, ny, c3)
    no_gradient, no_chroma = of_gradient > 1, of_chroma > 1
    u = power_of_positive(absolute(1 - of_gradient), 0.05)
    v = power_of_positive(absolute(1 - of_chroma), 0.025)
    five, ten = power(u, 5), power(v, 5)
    # u^20 - 1 = (u - 1) (1 + u + u^2 + u^3 + u^4) (1 + u^5) (1 + u^10), and v^40 - 1 has one factor more.
    below = (1 + u * (1 + u * (1 + u * (1 + u)))) * (1 + five) * (1 + five * five)
    beneath = (1 + v * (1 + v * (1 + v * (1 + v)))) * (1 + ten) * (1 + ten * ten) * (1 + power(ten, 4))
    a = where(no_gradient, u - 1, -of_gradient / below)
    b = where(no_chroma, v - 1, -of_chroma / beneath)
    nothing = a - a
    angle = where(no_gradient, 0.05 * PI, nothing) + where(no_chroma, 0.025 * PI, nothing)
    return beyond_one(u * v, a + b + a * b, angle)
