"""The pictures of the demonstration."""

import numpy as np


def pictures() -> dict[str, np.ndarray]:
    """Photographs from scikit-image's wheel by name: uint8 RGB, no download."""
    from skimage import data

    return {"astronaut": data.astronaut(), "coffee": data.coffee(), "cat": data.chelsea()}
