"""Who is timed for a metric on a pair of images: our executors and the peers, each after the gate."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import iqametrics
from benchmarks.perf.peers import PEERS, Peer
from benchmarks.perf.pictures import Pair
from iqametrics.kernels import ON_CPU

#: Relative difference from the numpy executor's score that is still the same number, by who works in which precision.
TOLERANCES = {
    ("executor", "double"): 1e-10,
    ("executor", "single"): 1e-5,
    ("peer", "double"): 1e-8,
    ("peer", "single"): 1e-4,
}


class NotTheSameNumberError(Exception):
    """A contender's score is another one: timing it would say nothing."""


@dataclass(frozen=True)
class Contender:
    """Somebody who computes a metric.

    Attributes
    ----------
    name : str
        Name of the executor, or of the package.
    kind : str
        ``"executor"`` or ``"peer"``.
    call : callable
        What is timed; it returns the score.
    tolerance : float
        Largest relative difference that passes the gate.
    """

    name: str
    kind: str
    call: Callable[[], float]
    tolerance: float

    def gate(self, truth: float) -> tuple[float, float]:
        """Call it, which also warms it up; return its score and the relative difference, or raise if that is too large."""
        score = self.call()
        difference = abs(score - truth) / abs(truth)
        if not difference <= self.tolerance:
            raise NotTheSameNumberError(
                f"{self.name} gives {score:.8g} and the numpy executor {truth:.8g}: a relative difference of "
                f"{difference:.1e}, more than {self.tolerance:.0e}"
            )
        return score, difference


def truth(metric: str, pair: Pair) -> float:
    """The score by the numpy executor."""
    return executor(metric, "numpy", pair).call()


def executor(metric: str, name: str, pair: Pair) -> Contender:
    """One of our executors, on the kind of array it is for."""
    record = iqametrics.metric(metric, data_range=pair.data_range, backend=name)
    x, y = pair.x, pair.y
    if name == "torch":
        import torch

        x, y = torch.from_numpy(x), torch.from_numpy(y)
    rounded = name == "torch" and pair.x.dtype == "float32"  # a tensor's score has the tensor's precision
    tolerance = TOLERANCES["executor", "single" if rounded else precision(metric, pair)]
    return Contender(name, "executor", lambda: float(record(x, y)), tolerance)


def precision(metric: str, pair: Pair) -> str:
    """The precision our executors work in."""
    return "single" if pair.x.dtype == "float32" and not iqametrics.metric(metric).sees.double else "double"


def executors(metric: str, pair: Pair) -> Iterator[Contender]:
    """All our executors."""
    for name in ON_CPU:
        yield executor(metric, name, pair)


def peers(metric: str) -> list[Peer]:
    """Packages that claim a metric's number."""
    return [peer for peer in PEERS if peer.metric == metric]


def against(peer: Peer, pair: Pair) -> Contender:
    """A peer ready to be called; ImportError where its package is missing."""
    double = pair.x.dtype.name in peer.double
    return Contender(peer.name, "peer", peer.prepare(pair), TOLERANCES["peer", "double" if double else "single"])
