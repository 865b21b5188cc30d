"""Time the metrics on a GPU next to the packages that compute the same number: ``python -m benchmarks.perf.gpu``.

Nothing is timed before its score agrees with the numpy executor's. Times are those of CUDA events around a call, on inputs
that take turns so that none waits in the cache; figures are medians. Derivatives are those by the distorted images, which is
all that some packages have.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks import machine
from benchmarks.limits import OPERATIONS
from benchmarks.perf.contenders import NotTheSameNumberError
from benchmarks.perf.gpu_contenders import METRICS, OURS, Contender, Maker, batch, ours, peers, truth
from iqametrics.report.atomic import write_text

FOLDER = Path(__file__).parents[1] / "results" / "gpu"
#: Height, width and how many: 1 is a grey image, 3 the channels of one, more are colour images.
CASES = tuple(
    (*size, count)
    for size, counts in (((512, 512), (1, 3, 16)), ((1080, 1920), (1, 3, 8)), ((2160, 3840), (1, 3, 4)))
    for count in counts
)
#: Bytes that the inputs of a case take together, at least: more than the cache of any device.
ROTATED = 256 << 20
NO_DEVICE = "no CUDA device: nothing is measured. Run this on a machine with one."


@dataclass(frozen=True)
class Timing:
    """What a contender took: seconds (medians) and bytes at the peak beyond its inputs."""

    name: str
    forward: float
    both: float
    memory: int
    difference: float


@dataclass(frozen=True)
class Case:
    """A metric on a batch.

    Attributes
    ----------
    metric, height, width, count
        What is computed.
    timings : list of Timing
        Who passed the gate.
    left_out : dict of str to str
        Who did not, and why.
    limit : float
        Seconds that the device takes at best.
    """

    metric: str
    height: int
    width: int
    count: int
    timings: list[Timing]
    left_out: dict[str, str]
    limit: float


def parse_cases(text: str) -> list[tuple[int, int, int]]:
    """Cases ``(height, width, count)`` from ``"1920x1080x3,512x512x1"``."""
    found = []
    for part in text.split(","):
        numbers = part.strip().split("x")
        if len(numbers) != 3 or not all(number.isdigit() and int(number) > 0 for number in numbers):
            raise click.BadParameter(f"{part!r} is no case; write width x height x count, such as 1920x1080x3")
        width, height, count = map(int, numbers)
        found.append((height, width, count))
    return found


def measure(
    metric: str,
    case: tuple[int, int, int],
    rounds: int,
    device: str,
    clock: Callable[[Sequence[Callable[[], Any]], int], float],
    limit: Callable[[str, int, int, int], float],
    guests: Sequence[Maker] = (),
) -> Case:
    """Gate everybody, then time who passed; guests are timed beside our executors and the peers."""
    height, width, count = case
    first = batch(height, width, count, device, 0)
    size = sum(image.numel() * image.element_size() for image in first)
    inputs = [first, *(batch(height, width, count, device, seed) for seed in range(1, 1 + ROTATED // size))]
    expected = truth(metric, first)
    timings, left_out = [], {}
    makers: list[Maker] = [
        (f"{OURS} ({backend})", lambda backend=backend: ours(metric, backend)) for backend in ("triton", "torch")
    ]
    for name, make in [*makers, *guests, *peers(metric)]:
        try:
            contender = make()
            difference = contender.gate(first, expected)
            timings.append(_time(contender, inputs, rounds, difference, clock))
        except ImportError as error:
            left_out[name] = f"not installed ({error})"
        except NotTheSameNumberError as error:
            left_out[name] = str(error)
        except Exception as error:  # of another package, or of its size: the others go on
            left_out[name] = f"{type(error).__name__}: {error}"
    planes = first[0].shape[0] * first[0].shape[1]
    return Case(metric, height, width, count, timings, left_out, limit(metric, height, width, planes))


def _time(
    contender: Contender,
    inputs: Sequence[tuple[Any, Any]],
    rounds: int,
    difference: float,
    clock: Callable[[Sequence[Callable[[], Any]], int], float],
) -> Timing:
    import torch

    def forward(x: Any, y: Any) -> Any:
        with torch.no_grad():
            return contender.call(x, y)

    def both(x: Any, y: Any) -> Any:
        return torch.autograd.grad(contender.call(x, y), y)

    taken = clock([lambda pair=pair: forward(*pair) for pair in inputs], rounds)
    leaves = [(x, y.clone().requires_grad_()) for x, y in inputs]
    trained = clock([lambda pair=pair: both(*pair) for pair in leaves], rounds)
    return Timing(contender.name, taken, trained, peak(lambda: both(*leaves[0])), difference)


def by_events(calls: Sequence[Callable[[], Any]], rounds: int) -> float:
    """Median seconds of a call by CUDA events, the calls taking turns."""
    import torch

    for call in calls[:3]:
        call()
    taken = []
    for number in range(rounds):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        torch.cuda.synchronize()
        begin.record()
        calls[number % len(calls)]()
        end.record()
        torch.cuda.synchronize()
        taken.append(begin.elapsed_time(end) / 1e3)
    return median(taken)


def peak(call: Callable[[], Any]) -> int:
    """Bytes of the device that a call takes beyond what was there before."""
    import torch

    torch.cuda.synchronize()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    call()
    return torch.cuda.max_memory_allocated() - before


class Device:
    """What the device was measured to do at best."""

    def __init__(self) -> None:
        import torch

        source = torch.empty(1 << 28, dtype=torch.uint8, device="cuda")
        target = torch.empty_like(source)
        self.bandwidth = 2 * source.numel() / by_events([lambda: target.copy_(source)], 20)
        side = 8192
        a, b = (torch.rand(side, side, device="cuda") for _ in range(2))
        before = torch.backends.cuda.matmul.allow_tf32
        torch.backends.cuda.matmul.allow_tf32 = False
        try:
            self.operations = side**3 / by_events([lambda: torch.mm(a, b)], 10)
        finally:
            torch.backends.cuda.matmul.allow_tf32 = before

    def limit(self, metric: str, height: int, width: int, planes: int) -> float:
        """The larger of the times for reading the images, and for the operations of the algorithm."""
        return planes * max(
            2 * 4 * height * width / self.bandwidth, OPERATIONS[metric](height, width) / self.operations
        )


def show(case: Case) -> str:
    """A case as lines of text."""
    lines = [f"{case.metric} {case.width}x{case.height}x{case.count}: limit {1e3 * case.limit:.3f} ms"]
    best = next((each for each in case.timings if each.name == f"{OURS} (triton)"), None)
    for each in case.timings:
        ratio = f", {each.forward / best.forward:.2f} times ours" if best else ""
        both = f"with derivatives {1e3 * each.both:.3f} ms, {each.memory / 2**20:.0f} MiB"
        lines.append(f"  {each.name}: {1e3 * each.forward:.3f} ms{ratio}, {both}, off by {each.difference:.0e}")
    lines += [f"  {name}: not timed, {reason}" for name, reason in case.left_out.items()]
    return "\n".join(lines)


@click.command()
@click.option("--cases", help="Width x height x count, with commas. [default: 512x512x1 to 3840x2160x4]")
@click.option("--metrics", default=",".join(METRICS), show_default=True, help="Names of metrics, with commas.")
@click.option("--rounds", default=50, show_default=True, help="Calls of every contender that are timed.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=True, help="Where the file goes."
)
def main(cases: str | None, metrics: str, rounds: int, folder: Path) -> None:
    """Time the metrics on a GPU."""
    import torch

    chosen = list(CASES) if cases is None else parse_cases(cases)
    names = metrics.split(",")
    unknown = set(names) - set(METRICS)
    if unknown:
        raise click.BadParameter(f"{', '.join(sorted(unknown))} is not timed here; choose from {', '.join(METRICS)}")
    if not torch.cuda.is_available():
        raise click.ClickException(NO_DEVICE)
    device = Device()
    measured = []
    for case in chosen:
        for metric in names:
            found = measure(metric, case, rounds, "cuda", by_events, device.limit)
            click.echo(show(found))
            measured.append(asdict(found))
    commit, dirty = machine.commit()
    name, date = torch.cuda.get_device_name(), datetime.now(UTC).isoformat(timespec="seconds")
    results = {
        "schema": 1,
        "date": date,
        "device": name,
        "bandwidth": device.bandwidth,
        "operations": device.operations,
        "rounds": rounds,
        "versions": {**machine.versions(), "cuda": torch.version.cuda},
        "commit": commit,
        "dirty": dirty,
        "cases": measured,
    }
    path = folder / f"{date[:10]}-{machine.describe(name)['name']}.json"
    write_text(path, json.dumps(results, indent=1, allow_nan=False) + "\n")
    click.echo(f"wrote {path}")


if __name__ == "__main__":
    sys.exit(main())
