"""Pearson's correlation of the opinions with a set's sum and one map more, for all maps at once."""

import numpy as np

from iqametrics.stats.rows import FloatArray

#: What is left of a sum's variance when a map cancels the set: its correlation is rounding.
_CANCELLED = 1e-12


class LinearCandidates:
    r"""Candidates for the next map of a set.

    With centred scores :math:`q_j`, centred opinions :math:`y` and the set's sum :math:`S`,

    .. math:: r_j = \frac{|y^T S + y^T q_j|}{\lVert y \rVert \sqrt{S^T S + 2 q_j^T S + \lVert q_j \rVert^2}}

    The products with :math:`S` grow by one product of the matrix with a vector per step, whatever the size of the set.

    Parameters
    ----------
    values : ndarray of float64, shape (n, m)
        Scores of the maps; centred here, in place.
    opinions : ndarray of float64, shape (n,)
    """

    def __init__(self, values: FloatArray, opinions: FloatArray) -> None:
        values -= values.mean(0)
        self._values = values
        y = opinions - opinions.mean()
        self._with_opinions = y @ values / np.linalg.norm(y)
        self._squares = np.einsum("ij,ij->j", values, values)
        self._with_sum = np.zeros(values.shape[1])
        self._sum_with_opinions = 0.0
        self._sum_square = 0.0

    def correlations(self) -> FloatArray:
        """Absolute correlation of every set that one map more makes, 0 where that map cancels the set."""
        square = self._sum_square + 2 * self._with_sum + self._squares
        alive = square > _CANCELLED * (self._sum_square + self._squares)
        found = np.abs(self._sum_with_opinions + self._with_opinions) / np.sqrt(np.where(alive, square, 1.0))
        return np.where(alive, found, 0.0)

    def add(self, map_: int) -> None:
        """Let a map into the set."""
        self._sum_square += 2 * self._with_sum[map_] + self._squares[map_]
        self._sum_with_opinions += self._with_opinions[map_]
        self._with_sum += self._values[:, map_] @ self._values
