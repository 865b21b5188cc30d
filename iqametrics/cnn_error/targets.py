"""What is foretold: the errors of classifiers as bounded numbers."""

import numpy as np

#: Name of every target, and what it is.
TARGETS = {
    "error": "1 minus the probability of the true class",
    "wrong": "1 where the class is wrong, 0 where it is right",
    "cross_entropy": "minus the logarithm of the probability of the true class; not bounded",
    "bounded_cross_entropy": "CE / (CE + 1) of the cross-entropy CE",
}


def targets(cross_entropy: np.ndarray, correct: np.ndarray) -> dict[str, np.ndarray]:
    """Return every target, means over the workers.

    Parameters
    ----------
    cross_entropy : ndarray of float, shape (workers, n)
    correct : ndarray of bool, shape (workers, n)
        Whether each worker is right.
    """
    each = {
        "error": -np.expm1(-cross_entropy),
        "wrong": (~correct).astype(np.float64),
        "cross_entropy": cross_entropy,
        "bounded_cross_entropy": cross_entropy / (cross_entropy + 1),
    }
    return {name: values.mean(axis=0) for name, values in each.items()}
