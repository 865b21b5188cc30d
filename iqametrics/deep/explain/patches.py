"""What could stand in a window of an image instead of what does."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from iqametrics.errors import OptionError, ShapeError

FloatArray = npt.NDArray[np.float64]

#: Share of the mean variance that is added to the frame's covariance, so that it can be inverted.
_RIDGE = 1e-3


class Sampler(Protocol):
    """Draws contents of a window."""

    def draw(self, image: FloatArray, row: int, column: int, count: int) -> FloatArray:
        """Return `count` contents ``(count, size, size, 3)`` of the window of an image that begins at a place."""


class Marginal:
    """The same places of other pictures, whatever surrounds the window.

    Parameters
    ----------
    pictures : sequence of ndarray (height, width, 3)
        Red, green and blue from 0 to 1, none smaller than the image.
    shape : tuple of int
        Height and width of the image.
    size : int
        Side of the window.
    random : Generator
    """

    def __init__(
        self, pictures: Sequence[FloatArray], shape: tuple[int, int], size: int, random: np.random.Generator
    ) -> None:
        self._crops = []
        for picture in pictures:
            free = [theirs - ours for theirs, ours in zip(picture.shape, shape, strict=False)]
            if min(free) < 0:
                raise ShapeError(
                    f"a picture to sample from has {picture.shape[0]}x{picture.shape[1]} pixels, fewer than the image's "
                    f'{shape[0]}x{shape[1]}; leave it out, or use sampler="conditional"'
                )
            top, left = (int(random.integers(each + 1)) for each in free)
            self._crops.append(picture[top : top + shape[0], left : left + shape[1]])
        self._size = size
        self._random = random

    def draw(self, image: FloatArray, row: int, column: int, count: int) -> FloatArray:
        window = slice(row, row + self._size), slice(column, column + self._size)
        picks = self._random.integers(len(self._crops), size=count)
        return np.stack([self._crops[pick][window] for pick in picks])


class _Given(NamedTuple):
    """What a Gaussian says of the inside of a patch, given the rest."""

    inside: npt.NDArray[np.intp]
    frame: npt.NDArray[np.intp]
    weights: FloatArray
    root: FloatArray


class Conditional:
    r"""Gaussian patches, given the frame around the window, one channel like another.

    Parameters
    ----------
    pictures : sequence of ndarray (height, width, 3)
        Red, green and blue from 0 to 1.
    shape : tuple of int
        Height and width of the image.
    size, padding : int
        Side of the window, and width of the frame.
    patches : int
        How many patches the Gaussian is estimated from.
    random : Generator

    Notes
    -----
    For a patch of inside 1 and frame 2 with mean :math:`\mu` and covariance :math:`C` the inside has the mean
    :math:`\mu_1 + C_{12} C_{22}^{-1} (x_2 - \mu_2)` and the covariance :math:`C_{11} - C_{12} C_{22}^{-1} C_{21}`. At
    the border of the image the patch stays inside, and the window moves off its centre. Samples are clipped to the
    range of the pictures.
    """

    def __init__(
        self,
        pictures: Sequence[FloatArray],
        shape: tuple[int, int],
        size: int,
        padding: int,
        patches: int,
        random: np.random.Generator,
    ) -> None:
        self._side = size + 2 * padding
        if min(min(picture.shape[:2]) for picture in pictures) < self._side or min(shape) < self._side:
            raise OptionError(
                f"windows of {size} pixels with a frame of {padding} need images of {self._side} pixels a side"
            )
        self._size, self._padding, self._random = size, padding, random
        found = np.stack([self._random_patch(pictures) for _ in range(patches)])
        self._mean = found.mean(0)  # (3, places)
        self._covariance = np.stack([np.cov(found[:, channel].T) for channel in range(3)])
        self._low, self._high = (np.stack([pick(p, (0, 1)) for p in pictures]) for pick in (np.min, np.max))
        self._low, self._high = self._low.min(0), self._high.max(0)
        self._given = cache(self._condition)

    def draw(self, image: FloatArray, row: int, column: int, count: int) -> FloatArray:
        height, width = image.shape[:2]
        top = min(max(row - self._padding, 0), height - self._side)
        left = min(max(column - self._padding, 0), width - self._side)
        patch = image[top : top + self._side, left : left + self._side].reshape(-1, 3).T
        found = np.empty((count, self._size, self._size, 3))
        for channel in range(3):
            given = self._given(row - top, column - left, channel)
            mean = self._mean[channel]
            centre = mean[given.inside] + given.weights @ (patch[channel, given.frame] - mean[given.frame])
            noise = self._random.standard_normal((count, len(given.inside))) @ given.root.T
            found[..., channel] = (centre + noise).reshape(count, self._size, self._size)
        return np.clip(found, self._low, self._high)

    def _random_patch(self, pictures: Sequence[FloatArray]) -> FloatArray:
        picture = pictures[int(self._random.integers(len(pictures)))]
        top, left = (int(self._random.integers(side - self._side + 1)) for side in picture.shape[:2])
        return picture[top : top + self._side, left : left + self._side].reshape(-1, 3).T

    def _condition(self, row: int, column: int, channel: int) -> _Given:
        places = np.arange(self._side**2).reshape(self._side, self._side)
        inside = places[row : row + self._size, column : column + self._size].ravel()
        frame = np.setdiff1d(places, inside)
        covariance = self._covariance[channel]
        between, around = covariance[np.ix_(inside, frame)], covariance[np.ix_(frame, frame)]
        ridge = _RIDGE * np.trace(around) / max(len(frame), 1)
        weights = cho_solve(cho_factor(around + (ridge + np.finfo(float).tiny) * np.eye(len(frame))), between.T).T
        left = covariance[np.ix_(inside, inside)] - weights @ between.T
        values, vectors = np.linalg.eigh((left + left.T) / 2)
        return _Given(inside, frame, weights, vectors * np.sqrt(values.clip(min=0)))
