"""The authors' values (golden.csv in the reference folder) and the calls (calls.csv) that must meet them."""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import iqametrics

CALLS = Path(__file__).with_name("calls.csv")

# Metrics of golden.csv that the package does not compute yet. One that arrives leaves this list for calls.csv.
NOT_YET = frozenset(
    {
        "BLIINDS-II", "BRISQUE", "IL-NIQE", "NIQE", "PIQE", "SR-SIM",
        "VSI", "VSNR",
    }
)  # fmt: skip
# Another toolkit's port of the authors' code, whose own values are met.
PORT = "piq 0.8.0 dss float64 (PORT; for comparison only)"
FLOAT64 = 1e-9
#: Where the authors' own rounding shows: in roots of variances of flat places, and in which of two equal edges counts.
LOOSER = {("dss", None): 1e-7, ("essim", None): 1e-6, ("ms_ssim", "tid2013"): 1e-8}


@dataclass(frozen=True)
class Call:
    function: str
    convention: str | None
    color: str | None
    numbers: str = ""
    term: str | None = None

    @property
    def recipe(self):
        """The metric and the convention, whatever the images' colours."""
        return "-".join(filter(None, (self.function, self.convention)))

    @property
    def options(self):
        given = {"convention": self.convention, "color": self.color}
        numbers = dict(each.split("=") for each in self.numbers.split())
        return {name: value for name, value in given.items() if value is not None} | {
            name: int(value) for name, value in numbers.items()
        }

    def of(self, **options):
        """What gives the row's value: the metric, or that of its terms which the row is about."""
        metric = iqametrics.metric(self.function, **self.options, **options)
        if self.term is None:
            return metric
        return lambda reference, distorted: metric.terms(reference, distorted)[self.term]


@dataclass(frozen=True)
class Row:
    """One line of golden.csv; ``value`` is text, for some lines hold "Inf" or the authors' error message."""

    metric: str
    variant: str
    pair_id: str
    channels: str
    value: str

    @property
    def key(self):
        return self.metric, self.variant, self.channels

    @property
    def number(self):
        """The value; some authors write 1000 or 100000 for infinity."""
        return float("inf") if self.value in ("1000", "100000") else float(self.value)

    def ordered(self, images):
        """The pair as the authors' code was given it."""
        return images[::-1] if "arguments swapped" in self.variant else images

    @property
    def is_refusal(self):
        """The authors' code gave up: the image is too small."""
        return self.value == "-Inf" or self.value.startswith("ERROR")


def calls():
    """(metric, variant, channels) -> the call that stands for it."""
    return {
        (line["metric"], line["variant"], line["channels"]): Call(
            line["function"],
            line["convention"] or None,
            line["color"] or None,
            line["options"] or "",
            line["term"] or None,
        )
        for line in read_csv(CALLS)
    }


def golden_rows(folder):
    return [
        Row(line["metric"], line["variant"], line["pair_id"], line["channels"], line["value"])
        for line in read_csv(folder / "golden" / "golden.csv")
    ]


@functools.cache
def pair(folder, pair_id):
    """The two pictures of a pair, uint8, (H, W) or (H, W, 3). All are kept, a few megabytes: every metric asks for them."""
    (line,) = (line for line in read_csv(folder / "golden" / "pairs.csv") if line["pair_id"] == pair_id)
    return tuple(_read(folder / "golden" / "images" / line[side]) for side in ("ref", "dist"))


def _read(path):
    with Image.open(path) as image:
        array = np.array(image)
    array.flags.writeable = False  # the cache hands it out again
    return array


def read_csv(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def tolerance(call, value):
    """Digits that the definition has: where IFC is large, it is the logarithm of how little noise rounding has left."""
    if call.function == "ifc" and value > 60:
        return 1e-5
    return LOOSER.get((call.function, call.convention), FLOAT64)
