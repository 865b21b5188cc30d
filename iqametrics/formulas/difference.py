"""Equations of colour: sRGB to CIE Lab, and how far apart two colours look (CIE 1976; Sharma, Wu and Dalal 2005).

The constants are those of scikit-image: six digits in the matrix, D65 and the observer of two degrees.
"""

from iqametrics.formulas.names import arctan2, cos, exp, maximum, power, sin, sqrt, where

PI = 3.141592653589793
#: Seventh power of 25.
KNEE = 6103515625.0


def linear(level):
    """Light of a channel of sRGB, both from 0 to 1."""
    curved = power((maximum(level, 0.04045) + 0.055) / 1.055, 2.4)
    return where(level > 0.04045, curved, level / 12.92)


def cube_root(t):
    """The cube root, and near black the line that CIE Lab has for it."""
    return where(t > 0.008856, power(maximum(t, 0.008856), 1 / 3), 7.787 * t + 16 / 116)


def lab(red, green, blue):
    """Lightness, and both planes of chroma, of a colour of 0..255."""
    r, g, b = linear(red / 255), linear(green / 255), linear(blue / 255)
    x = cube_root((0.412453 * r + 0.357580 * g + 0.180423 * b) / 0.95047)
    y = cube_root(0.212671 * r + 0.715160 * g + 0.072169 * b)
    z = cube_root((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def cie76(l1, l2, a1, a2, b1, b2):
    """Distance in CIE Lab."""
    lightness, a, b = l1 - l2, a1 - a2, b1 - b2
    return sqrt(lightness * lightness + a * a + b * b)


def share_of_chroma(chroma):
    """How far a chroma is beyond the knee of the formula, from 0 to 1."""
    seventh = power(chroma, 7)
    return sqrt(seventh / (seventh + KNEE))


def hue(a, b):
    """Angle of a chroma, from 0 to 2 pi; 0 where there is none."""
    none = a * a + b * b <= 0
    angle = arctan2(where(none, 0.0, b), where(none, 1.0, a))
    return where(angle < 0, angle + 2 * PI, angle)


def ciede2000(l1, l2, a1, a2, b1, b2):
    """The colour difference of 2000, all of its parametric factors being 1."""
    middle = 0.5 * (sqrt(a1 * a1 + b1 * b1) + sqrt(a2 * a2 + b2 * b2))
    stretch = 1 + 0.5 * (1 - share_of_chroma(middle))
    a1, a2 = stretch * a1, stretch * a2
    c1, c2 = sqrt(a1 * a1 + b1 * b1), sqrt(a2 * a2 + b2 * b2)
    h1, h2 = hue(a1, b1), hue(a2, b2)
    gray = c1 * c2 <= 0
    turn = h2 - h1
    turn = where(turn > PI, turn - 2 * PI, where(turn < -PI, turn + 2 * PI, turn))
    turn = where(gray, 0.0, turn)
    apart = (h1 - h2 > PI) + (h2 - h1 > PI) > 0
    total = h1 + h2
    around = where(total < 2 * PI, 0.5 * total + PI, 0.5 * total - PI)
    h = where(gray, total, where(apart, around, 0.5 * total))
    degree = PI / 180
    t = (
        1
        - 0.17 * cos(h - 30 * degree)
        + 0.24 * cos(2 * h)
        + 0.32 * cos(3 * h + 6 * degree)
        - 0.20 * cos(4 * h - 63 * degree)
    )
    lightness, c = 0.5 * (l1 + l2) - 50, 0.5 * (c1 + c2)
    blue = (h / degree - 275) / 25
    rotation = -sin(60 * degree * exp(-blue * blue)) * 2 * share_of_chroma(c)
    dl = (l2 - l1) / (1 + 0.015 * lightness * lightness / sqrt(20 + lightness * lightness))
    dc = (c2 - c1) / (1 + 0.045 * c)
    dh = 2 * sqrt(c1 * c2) * sin(0.5 * turn) / (1 + 0.015 * c * t)
    return sqrt(maximum(dl * dl + dc * dc + dh * dh + rotation * dc * dh, 0.0))
