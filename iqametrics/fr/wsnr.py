"""Weighted signal-to-noise ratio."""

from iqametrics.front import Citation, Convention, MapGeometry, Planes, Recipe, full_reference
from iqametrics.pooling import SignalToNoise
from iqametrics.stencils.visible_error import WeightedErrorField

#: Cycles per degree that the rows of a picture can show.
CYCLES = 60


@full_reference(
    title="Weighted signal-to-noise ratio",
    higher_is_better=True,
    range=(float("-inf"), float("inf")),
    identity=float("inf"),
    color="gray",
    double=True,
    conventions={
        "metrix-mux": Convention(
            "energy of the reference over that of the error weighted by contrast sensitivity (Mannos and Sakrison, 0.7 "
            "along the diagonals, flat below 7.8909 cycles per degree), 60 cycles per degree at the highest frequency down "
            "a column (MeTriX MuX's wsnr_new_modified.m)",
        )
    },
    citation=Citation(
        "T. Mitsa and K. L. Varkur",
        "Evaluation of contrast sensitivity functions for the formulation of quality measures incorporated in halftoning "
        "algorithms",
        "IEEE International Conference on Acoustics, Speech, and Signal Processing, vol. 5",
        1993,
        "10.1109/ICASSP.1993.319807",
    ),
    geometry=lambda shape, recipe: MapGeometry(),
)
def wsnr(x: Planes, y: Planes, recipe: Recipe) -> SignalToNoise:
    r"""Weighted signal-to-noise ratio in decibels; higher is better, infinite for identical images.

    .. math:: 10 \log_{10} \frac{\sum |X|^2}{\sum |C \, (X - Y)|^2}

    where :math:`X` and :math:`Y` are the spectra of the images and :math:`C` is the sensitivity to contrast.

    Notes
    -----
    Not symmetric. A black reference gives minus infinity. The map is the energy of the weighted error. The authors' grid of
    frequencies lies half a sample off, and both its axes are in rows. Transforms are of the image's own size, as the
    definition asks; sides of large prime factors take longer.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics import wsnr
    >>> x = np.random.default_rng(0).integers(0, 256, (48, 48), np.uint8)
    >>> round(wsnr(x, x ^ 1), 4)
    55.629
    """
    return SignalToNoise(WeightedErrorField(x, y, CYCLES))
