"""Vectors of samples, in instructions for the processor's vector registers."""

from collections.abc import Callable
from typing import Any

from llvmlite import ir

#: Bytes of a vector; where the processor's are shorter, the compiler takes several.
BYTES = 64
#: Products and sums may be fused.
_FUSED = ("contract",)


class Vectors:
    """Instructions for vectors of samples, and the window they are weighted by.

    Attributes
    ----------
    width : int
        Samples of a vector.
    taps : list
        Weights of the window.
    """

    def __init__(self, context: Any, builder: ir.IRBuilder, taps: list[Any]) -> None:
        self.builder, self.taps = builder, taps
        sample = taps[0].type
        self._align = context.get_abi_sizeof(sample)
        self.width = BYTES // self._align
        self._type = ir.VectorType(sample, self.width)

    def _address(self, data: Any, index: Any, offset: int) -> Any:
        place = self.builder.add(index, ir.Constant(index.type, offset))
        return self.builder.bitcast(self.builder.gep(data, [place]), self._type.as_pointer())

    def read(self, data: Any, index: Any, offset: int) -> Any:
        """The samples from ``index + offset`` on."""
        return self.builder.load(self._address(data, index, offset), align=self._align)

    def write(self, value: Any, data: Any, index: Any, offset: int) -> None:
        """Store a vector from ``index + offset`` on."""
        self.builder.store(value, self._address(data, index, offset), align=self._align)

    def _picked(self, a: Any, b: Any, order: list[int]) -> Any:
        """Samples of two vectors."""
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(ir.IntType(32), self.width), order))

    def product(self, a: Any, b: Any) -> Any:
        """The product of two vectors."""
        return self.builder.fmul(a, b, flags=_FUSED)

    def fused(self, a: Any, b: Any, total: Any) -> Any:
        """The product of two vectors, added to a third."""
        return self.builder.fadd(total, self.product(a, b), flags=_FUSED)

    def windows(self, line: Callable[[int], Any], mirrored: bool) -> list[Any]:
        """Weighted sums of the lines of as many windows as a vector has samples, each a line further than the last.

        A line is read once for all windows it is part of, and no sooner than needed: registers are few. Where the taps are
        `mirrored`, the same from both ends, lines that share a weight are added first, which saves every second product.
        """
        lines: list[Any] = []
        sums = []
        for first in range(self.width):
            lines += [line(number) for number in range(len(lines), first + len(self.taps))]
            sums.append(self._weighted(lines[first:], mirrored))
        return sums

    def _weighted(self, lines: list[Any], mirrored: bool) -> Any:
        total, last = ir.Constant(self._type, None), len(self.taps) - 1
        undefined = ir.Constant(self._type, ir.Undefined)
        for k in range(last // 2 + 1 if mirrored else last + 1):
            both = mirrored and k != last - k
            values = self.builder.fadd(lines[k], lines[last - k]) if both else lines[k]
            tap = self.builder.insert_element(undefined, self.taps[k], ir.Constant(ir.IntType(32), 0))
            total = self.fused(self._picked(tap, undefined, [0] * self.width), values, total)
        return total

    def transposed(self, rows: list[Any]) -> list[Any]:
        """The columns of a square of samples: neighbours change places, then pairs of them, and so on."""
        rows, step = list(rows), 1
        places = range(self.width)
        while step < self.width:
            low = [k + self.width - step if k & step else k for k in places]
            high = [k + self.width if k & step else k + step for k in places]
            for i in (i for i in places if not i & step):
                a, b = rows[i], rows[i + step]
                rows[i], rows[i + step] = self._picked(a, b, low), self._picked(a, b, high)
            step *= 2
        return rows
