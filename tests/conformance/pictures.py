"""Pictures for the suite, made by arithmetic, uint8 unless said."""

import numpy as np


def picture(shape, seed=0):
    """Waves of several lengths, an edge and some grain: every band and every scale holds something."""
    generator = np.random.default_rng(seed)
    row, column = np.indices(shape)
    phase = generator.uniform(0, 6)
    waves = 40 * np.sin(row / 5 + phase) + 30 * np.cos(column / 3 - row / 11) + 15 * np.sin(row * column / 300)
    edge = 30 * (column > shape[1] // 2)
    return _to_uint8(110 + waves + edge + generator.normal(0, 8, shape))


def colourful(shape, seed=0):
    """Three different pictures as red, green and blue, ``(H, W, 3)``."""
    return np.stack([picture(shape, 3 * seed + channel) for channel in range(3)], axis=-1)


def noisy(image, sigma=15, seed=0):
    """Additive Gaussian noise; the same field for the same seed, whatever its strength."""
    field = np.random.default_rng([seed, 7]).normal(0, 1, image.shape)
    return _to_uint8(image + sigma * field)


def grain(shape, seed=0):
    """Coarse and fine noise about a middle grey: the inverted image is anti-correlated at every scale."""
    generator = np.random.default_rng(seed)
    coarse = generator.normal(0, 30, (shape[0] // 4 + 1, shape[1] // 4 + 1)).repeat(4, axis=0).repeat(4, axis=1)
    return _to_uint8(127.5 + coarse[: shape[0], : shape[1]] + generator.normal(0, 30, shape))


def flat(shape, level):
    return np.full(shape, level, np.uint8)


def _to_uint8(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
