"""What only a machine with a GPU can tell, in one go: ``python -m benchmarks.device_check --output PATH``.

Golden values on the device; ``pytest -m gpu``; times, forward and backward, and the memory at the peak, of the Triton
kernels beside the torch executor, the same inside ``torch.compile``, and whichever other package is installed. The file is
written anew after every check, so that a run that is stopped leaves what it found. IQAMETRICS_REFERENCE, where it is set,
names the folder with the authors' values.
"""

import faulthandler
import json
import math
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Any

import click
import numpy as np

import iqametrics
from benchmarks import machine
from benchmarks.perf import gpu
from benchmarks.perf.gpu_contenders import COMPILED, METRICS, OURS, compiled
from iqametrics.errors import BackendError
from iqametrics.report.atomic import write_text
from tests.golden import table
from tests.golden.embedded_pairs import pairs
from tests.outcomes import run_pytest
from tests.reference import find_reference_folder

NO_DEVICE = "no CUDA device: nothing is checked. Run this on a machine with one."
#: Seconds for everything, unless told otherwise, and how long after them a run that hangs is ended.
BUDGET, OVERTIME = 420, 40
#: Parts of the whole time after which golden values, and then the tests, have to be done; times get what is left.
GOLDEN_UNTIL, TESTS_UNTIL = 0.25, 0.75
#: Largest difference of a score of 8-bit images, relative to those above 1: the kernels work in single precision, torch in
#: double.
TOLERANCES = {"triton": 1e-5, "torch": 1e-9}
#: Height, width and count, as in ``benchmarks.perf.gpu``; torch.compile takes its time, so it is timed on the first only.
CASES = ((1080, 1920, 3), (512, 512, 16), (2160, 3840, 1))
ROUNDS = 30
#: Seconds that torch.compile may take for a metric: with less left, it is not begun.
COMPILING = 40


class Budget:
    """Seconds that may be spent from now on."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._start = seconds, monotonic()

    @property
    def spent(self) -> float:
        """Seconds until now."""
        return monotonic() - self._start

    def until(self, part: float) -> float:
        """Seconds from now until this part of the whole is spent."""
        return self.seconds * part - self.spent


@dataclass
class Check:
    """What a check found.

    Attributes
    ----------
    faults : list of str
        What is wrong; the check has passed if nothing is.
    summary : str
        A line that says what was done.
    details : dict
        Figures.
    """

    faults: list[str] = field(default_factory=list)
    summary: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def golden_rows() -> Iterator[tuple[str, table.Call, Callable[[], tuple[Any, Any]], float]]:
    """Pair, call, what reads the pair, and the value: the authors' where they are at hand, else the embedded ones."""
    folder = find_reference_folder()
    if folder is None:
        known = pairs()
        for line in table.read_csv(Path(table.__file__).with_name("embedded.csv")):
            call = table.Call(line["function"], line["convention"] or None, line["color"] or None)
            yield line["pair"], call, lambda name=line["pair"]: known[name], float(line["value"])
        return
    calls = table.calls()
    for row in sorted(table.golden_rows(folder), key=lambda row: row.pair_id):
        if row.key in calls and not row.is_refusal:
            yield row.pair_id, calls[row.key], lambda row=row: table.pair(folder, row.pair_id), float(row.value)


def golden(device: str, budget: Budget) -> Check:
    """Scores of 8-bit tensors on the device, by both executors that it has."""
    import torch

    counted, largest = dict.fromkeys(TOLERANCES, 0), dict.fromkeys(TOLERANCES, 0.0)
    found = Check(details={"rows": counted, "largest": largest})
    for name, call, read, value in golden_rows():
        if budget.until(GOLDEN_UNTIL) < 0:
            found.faults.append(f"time was up before {name}, {call.function}")
            break
        images = [
            torch.from_numpy((np.moveaxis(image, -1, 0) if image.ndim == 3 else image).copy()).to(device)
            for image in read()
        ]
        for backend, tolerance in TOLERANCES.items():
            label = f"{name}, {call.function} {call.options}, {backend}"
            try:
                score = float(iqametrics.metric(call.function)(*images, backend=backend, **call.options))
            except BackendError:  # no kernel for this one; that there is none for all is noticed below
                continue
            except Exception as error:  # goes into the report: the other rows still tell something
                found.faults.append(f"{label}: {type(error).__name__}: {error}")
                continue
            counted[backend] += 1
            difference = 0.0 if score == value else abs(score - value) / max(1.0, abs(value))
            if difference <= max(tolerance, table.tolerance(call, value)):
                largest[backend] = max(largest[backend], difference)
            else:
                found.faults.append(f"{label}: {score:.10g} instead of {value:.10g}")
    found.faults += [f"no row was computed by {backend}" for backend, rows in counted.items() if not rows]
    found.summary = ", ".join(f"{rows} by {name}, at most {largest[name]:.0e} off" for name, rows in counted.items())
    return found


def tests(device: str, budget: Budget) -> Check:
    """``pytest -m gpu``."""
    outcomes, finished = run_pytest(["-m", "gpu"], {}, limit=budget.until(TESTS_UNTIL))
    counted = dict.fromkeys(("passed", "failure", "error", "skipped"), 0)
    found = Check(details={"outcomes": counted})
    for outcome in outcomes:
        counted[outcome.verdict] += 1
        if outcome.verdict in ("failure", "error"):
            found.faults.append(f"{outcome.name}: {outcome.text[-3000:]}")
    if not finished:
        found.faults.append("time was up before the last test")
    if not counted["passed"]:
        found.faults.append("no test passed")
    slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)[:5]
    found.details["slowest"] = {outcome.name: outcome.seconds for outcome in slowest}
    found.summary = ", ".join(f"{count} {verdict}" for verdict, count in counted.items())
    return found


@cache
def limits() -> gpu.Device:
    """What the device can do at best, measured once."""
    return gpu.Device()


def speed(
    device: str, budget: Budget, case: tuple[int, int, int], metrics: Sequence[str], beside: bool = False
) -> Check:
    """Times and memory of a case, for as many metrics as there is time for; `beside` the torch executor compiled, too."""
    found = Check(details={"cases": [], "no time for": []})
    longest = COMPILING if beside else 0.0
    said = []
    for metric in metrics:
        if budget.until(1) <= longest:
            found.details["no time for"].append(metric)
            continue
        begun = budget.spent
        guests = [(COMPILED, lambda metric=metric: compiled(metric))] if beside else []
        measured = gpu.measure(metric, case, ROUNDS, device, gpu.by_events, limits().limit, guests)
        longest = max(longest, budget.spent - begun)
        click.echo(gpu.show(measured))
        found.details["cases"].append(asdict(measured))
        found.faults += [f"{metric}: {name}: {why}" for name, why in measured.left_out.items() if name.startswith(OURS)]
        for each in measured.timings:
            if each.name in (f"{OURS} (triton)", COMPILED):
                note = ", compiled" if each.name == COMPILED else ""
                said.append(f"{metric}{note} {1e3 * each.forward:.3f}/{1e3 * each.both:.3f} ms")
    said += [f"no time for {metric}" for metric in found.details["no time for"]]
    found.summary = "; ".join(said)
    return found


#: Every check with its name, what matters most first.
CHECKS: tuple[tuple[str, Callable[[str, Budget], Check]], ...] = (
    ("golden values", golden),
    ("pytest -m gpu", tests),
    *((f"speed {case[1]}x{case[0]}x{case[2]}", partial(speed, case=case, metrics=METRICS)) for case in CASES),
    *((f"compiled {name}", partial(speed, case=CASES[0], metrics=(name,), beside=True)) for name in METRICS),
)


def examine(output: Path, budget: Budget, device: str, about: dict[str, Any]) -> bool:
    """Make all checks and write the file; whether all passed."""
    commit, dirty = machine.commit()
    results: dict[str, Any] = {
        "schema": 1,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        **about,
        "machine": machine.describe(),
        "versions": machine.versions(),
        "commit": commit,
        "dirty": dirty,
        "budget": budget.seconds,
        "checks": [],
    }
    for name, check in CHECKS:
        begun = budget.spent
        try:
            found = check(device, budget)
        except Exception:  # the other checks still tell something
            found = Check([traceback.format_exc()], "came to no end")
        entry = {"name": name, **asdict(found), "passed": not found.faults, "seconds": round(budget.spent - begun, 1)}
        results["checks"].append(entry)
        write_text(output, json.dumps(finite(results), indent=1, allow_nan=False) + "\n")
        click.echo(f"{verdict(entry)} after {budget.spent:.0f} s\n" + "".join(f"  {fault}\n" for fault in found.faults))
    click.echo("\n".join(map(verdict, results["checks"])))
    click.echo(f"wrote {output}")
    return all(entry["passed"] for entry in results["checks"])


def verdict(entry: dict[str, Any]) -> str:
    """A check as a line of text."""
    said = "passed" if entry["passed"] else f"FAILED ({len(entry['faults'])})"
    return f"{entry['name']:<18} {said:<12} {entry['seconds']:6.1f} s  {entry['summary']}"


def finite(value: Any) -> Any:
    """The same with text for numbers that JSON has no word for."""
    if isinstance(value, dict):
        return {name: finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [finite(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default="device_check.json",
    show_default=True,
    help="The file of results.",
)
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    default=BUDGET,
    show_default=True,
    help=f"Seconds for everything; what hangs is ended {OVERTIME} seconds later.",
)
def main(output: Path, budget: int) -> None:
    """Check the metrics on a CUDA device; the exit code is 1 if a check failed."""
    import torch

    if not torch.cuda.is_available():
        raise click.ClickException(NO_DEVICE)
    about = {
        "device": torch.cuda.get_device_name(),
        "capability": list(torch.cuda.get_device_capability()),
        "memory": torch.cuda.get_device_properties(0).total_memory,
        "cuda": torch.version.cuda,
    }
    faulthandler.dump_traceback_later(budget + OVERTIME, exit=True, file=sys.__stderr__)
    try:
        passed = examine(output, Budget(budget), "cuda", about)
    finally:
        faulthandler.cancel_dump_traceback_later()
    sys.exit(not passed)


if __name__ == "__main__":
    main()
