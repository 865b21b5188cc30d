"""Equations of colour."""


def mixture(red, green, blue, of_red, of_green, of_blue):
    """Weighted sum of the three channels."""
    return of_red * red + of_green * green + of_blue * blue


def middle(x, y):
    """The colour half way between two."""
    return (x + y) * 0.5
