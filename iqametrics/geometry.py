"""Where the samples of a quality map lie in the image."""

from typing import NamedTuple


class MapGeometry(NamedTuple):
    """Position of a quality map's samples.

    Sample ``(i, j)`` of the map describes the image around the pixel ``(offset[0] + step[0] * i, offset[1] + step[1] * j)``;
    the centre of the first pixel is ``(0, 0)``.

    Attributes
    ----------
    offset : tuple of float
        Row and column, in pixels of the image, of the map's first sample.
    step : tuple of float
        Pixels of the image between neighbouring samples.
    """

    offset: tuple[float, float] = (0.0, 0.0)
    step: tuple[float, float] = (1.0, 1.0)

    def moved(self, rows: float, columns: float) -> "MapGeometry":
        """Start so many samples further down and right."""
        offset = (self.offset[0] + self.step[0] * rows, self.offset[1] + self.step[1] * columns)
        return MapGeometry(offset, self.step)

    def every(self, factor: int, first: float = 0) -> "MapGeometry":
        """Take every `factor`-th sample, from sample `first` on."""
        return MapGeometry(self.moved(first, first).offset, (self.step[0] * factor, self.step[1] * factor))

    def window(self, size: int) -> "MapGeometry":
        """After a window of this size that stays inside the image."""
        return self.every(1, (size - 1) / 2)

    def downsample(self, factor: int) -> "MapGeometry":
        """After a mean over ``factor x factor`` samples around every `factor`-th one."""
        return self.every(factor, 0 if factor % 2 else 0.5)
