"""Pixels fetched from other places. Beyond its border an image goes on as in a mirror."""

import numpy as np


def affine(pixels: np.ndarray, matrix: np.ndarray, shift: tuple[float, float], order: int = 3) -> np.ndarray:
    """Fetch every pixel of ``(H, W, C)`` from ``matrix @ place + shift``, places (row, column) seen from the centre."""
    from scipy.ndimage import affine_transform

    centre = (np.array(pixels.shape[:2]) - 1) / 2
    offset = centre - matrix @ centre + np.array(shift)
    if not (matrix[0, 1] or matrix[1, 0]):
        matrix = matrix.diagonal()  # rows and columns on their own, which SciPy does faster
    return np.dstack(
        [
            affine_transform(channel, matrix, offset, order=order, mode="mirror")
            for channel in np.moveaxis(pixels, -1, 0)
        ]
    )


def zoomed(pixels: np.ndarray, factor: float) -> np.ndarray:
    """Magnify about the centre, in an image of the same size."""
    return affine(pixels, np.eye(2) / factor, (0.0, 0.0), order=1)


def scattered(pixels: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """Fetch every pixel of ``(H, W, C)`` from as far away as ``shifts`` (2, H, W) say, rows first."""
    from scipy.ndimage import map_coordinates

    places = np.indices(pixels.shape[:2]) + shifts
    return np.dstack(
        [map_coordinates(channel, places, order=1, mode="mirror") for channel in np.moveaxis(pixels, -1, 0)]
    )
