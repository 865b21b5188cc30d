"""What a fused pass finds."""

from dataclasses import dataclass

from torch import Tensor


@dataclass
class Tally:
    """Results of a fused pass.

    Attributes
    ----------
    sums : Tensor (results, planes)
        Sums over the planes, in double precision.
    count : int
        Places of a plane.
    squares : Tensor (planes,), or None
        Sums of squared differences of the first result from its mean.
    maps : Tensor (results, planes, rows, columns), or None
        The values themselves.
    """

    sums: Tensor | None
    count: int
    squares: Tensor | None = None
    maps: Tensor | None = None

    def plane_sums(self) -> Tensor:
        """Sum over every plane ``(results, planes)``."""
        if self.sums is None:
            raise ValueError("this pass was asked for maps")
        return self.sums

    def plane_means(self) -> Tensor:
        """Mean over every plane ``(results, planes)``."""
        return self.plane_sums() / self.count

    def plane_variance(self, unbiased: bool = True) -> Tensor:
        """Variance over every plane of the first result, with divisor n - 1, or n."""
        if self.squares is None:
            raise ValueError("this pass was not asked for spreads: run the field with spread=True")
        return self.squares / (self.count - unbiased)
