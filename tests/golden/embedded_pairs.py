"""Small pairs made from scikit-image's pictures by integer arithmetic, hence the same on every machine."""

import hashlib

import numpy as np
from skimage import data


def pairs():
    """Name -> (reference, distorted), uint8, (H, W) or (H, W, 3); sizes odd and even, square and not."""
    camera, astronaut, coffee = data.camera(), data.astronaut(), data.coffee()
    face, hat, sky = camera[60:156, 190:286], camera[40:137, 180:283], camera[10:106, 300:400]
    helmet, cup = astronaut[20:116, 170:274], coffee[110:207, 250:349]
    large, large_odd = camera[50:226, 150:326], camera[50:229, 150:331]
    return {
        "camera96_noise": (face, noise(face, 24)),
        "camera96_shift": (face, shift(face, 12)),
        "camera97x103_blur": (hat, box_blur(hat)),
        "camera96x100_xor": (sky, xor(sky)),
        "camera96_identical": (face, face.copy()),
        "camera96_inverted": (face, 255 - face),
        "astronaut96x104_blocks": (helmet, blocks(helmet)),
        "astronaut96x104_noise": (helmet, noise(helmet, 40)),
        "coffee97x99_blur": (cup, box_blur(cup)),
        "coffee97x99_xor": (cup, xor(cup)),
        "camera176_noise": (large, noise(large, 24)),
        "camera179x181_blur": (large_odd, box_blur(large_odd)),
    }


def digest(reference, distorted):
    """Tells a changed picture from a changed metric."""
    return hashlib.sha256(reference.tobytes() + distorted.tobytes()).hexdigest()[:16]


def shift(image, amount):
    return np.minimum(image.astype(np.int64) + amount, 255).astype(np.uint8)


def noise(image, amplitude):
    """Uniform in -amplitude..amplitude, from the raw stream: NumPy keeps it, not its distributions."""
    raw = np.random.PCG64(2004).random_raw(image.size) % np.uint64(2 * amplitude + 1)
    field = raw.astype(np.int64).reshape(image.shape) - amplitude
    return np.clip(image.astype(np.int64) + field, 0, 255).astype(np.uint8)


def xor(image):
    """A diagonal pattern in the four lowest bits."""
    row, column = np.indices(image.shape[:2])
    pattern = ((7 * row + 13 * column) % 16).astype(np.uint8)
    return image ^ (pattern if image.ndim == 2 else pattern[:, :, None])


def box_blur(image):
    """5x5 mean, rounded down, the edge repeated."""
    margin = [(2, 2), (2, 2)] + [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image.astype(np.int64), margin, mode="edge")
    rows, columns = image.shape[:2]
    total = sum(padded[i : i + rows, j : j + columns] for i in range(5) for j in range(5))
    return (total // 25).astype(np.uint8)


def blocks(image):
    """Every 8x8 block replaced by its mean, rounded down."""
    result = image.astype(np.int64)
    for top in range(0, image.shape[0], 8):
        for left in range(0, image.shape[1], 8):
            block = result[top : top + 8, left : left + 8]
            block[...] = block.sum(axis=(0, 1)) // (block.shape[0] * block.shape[1])
    return result.astype(np.uint8)
