"""Write embedded.csv with the naive references: ``python -m tests.golden.make_embedded`` in the root folder.

Run it when a pair, a metric or a convention is added, never to make a failing test pass: the file holds what
the brute-force code says.
"""

import csv
from pathlib import Path

from tests import naive
from tests.golden.embedded_pairs import digest, pairs

TABLE = Path(__file__).with_name("embedded.csv")
COLUMNS = ("pair", "digest", "function", "convention", "color", "value")
CONVENTIONS = {
    "mse": ("",),
    "psnr": ("",),
    "ssim": ("wang2004", "skimage"),
    "uqi": ("",),
    "gmsd": ("",),
    "vif": ("sheikh2006", "metrix-mux"),
    "vifp": ("",),
    "ms_ssim": ("wang2003", "wang2003-sum"),
}
MS_SSIM_SIDE = 176


def lines():
    for name, (reference, distorted) in pairs().items():
        large = min(reference.shape[:2]) >= MS_SSIM_SIDE
        for function, conventions in CONVENTIONS.items():
            if large != (function == "ms_ssim"):
                continue
            for convention in conventions:
                for color in ("gray", "luma", "channels") if reference.ndim == 3 else ("",):
                    options = {"convention": convention} if convention else {}
                    value = naive.score(function, reference, distorted, color, **options)
                    yield name, digest(reference, distorted), function, convention, color, repr(float(value))


def write():
    draft = TABLE.with_suffix(".tmp")
    with draft.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows(lines())
    draft.replace(TABLE)


if __name__ == "__main__":
    write()
