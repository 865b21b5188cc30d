"""Where an image draws the eye, without any weights: the spectral residual (Hou and Zhang 2007)."""

import numpy as np

#: Pixels of the shorter side on which it is computed, and the blur at that size.
SIDE, BLUR = 64, 2.5


def spectral_residual(image: np.ndarray) -> np.ndarray:
    """Saliency from 0 to 1 of a grey image, at a small size; 1 everywhere for one without structure."""
    from scipy import ndimage
    from skimage.transform import resize

    height, width = image.shape
    factor = min(1.0, SIDE / min(height, width))
    shape = max(1, round(height * factor)), max(1, round(width * factor))
    small = resize(image.astype(np.float64), shape, order=1, mode="edge", anti_aliasing=factor < 1, preserve_range=True)
    if np.ptp(small) <= 1e-12 * max(1.0, np.abs(small).max()):
        return np.ones(shape)
    spectrum = np.fft.fft2(small)
    amplitude = np.log(np.maximum(np.abs(spectrum), 1e-12 * np.abs(spectrum).max()))
    residual = amplitude - ndimage.uniform_filter(amplitude, 3, mode="wrap")
    energy = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    smooth = ndimage.gaussian_filter(energy, BLUR)
    span = np.ptp(smooth)
    scaled: np.ndarray = (smooth - smooth.min()) / span if span > 0 else np.ones(shape)
    return scaled
