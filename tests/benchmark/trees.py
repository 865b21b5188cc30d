"""Data sets on disk to benchmark: TID2013's own layout with six of its pairs, and a set with names that mean harm."""

import csv
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from iqametrics.datasets import card

#: A path below the root that would end a script, were it not escaped.
EVIL_FILE = "a<script>window.hacked = 1</script>&'x'.png"
EVIL_TYPE = '"><img src=x onerror="window.hacked = 1"> | 5_% & more'


def write_tid2013_pairs(root: Path, reference_folder: Path) -> Path:
    """Write the six golden pairs of TID2013 as its owners lay them out; returns the path of their manifest's name."""
    with (reference_folder / "data/published_scores/tid2013/authors_values.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (reference_folder / "golden/pairs.csv").open() as file:
        pairs = {row["pair_id"]: row for row in csv.DictReader(file)}
    for folder in ("reference_images", "distorted_images"):
        (root / folder).mkdir(parents=True)
    images = reference_folder / "golden/images"
    for row in rows:
        pair = pairs[row["golden_pair_id"]]
        shutil.copy(images / pair["ref"], root / f"reference_images/I{row['tid2013_name'][1:3]}.BMP")
        shutil.copy(images / pair["dist"], root / f"distorted_images/{row['tid2013_name']}.bmp")
    (root / "mos_with_names.txt").write_text("".join(f"{row['mos']} {row['tid2013_name']}.bmp\r\n" for row in rows))
    (root / "mos_std.txt").write_text("".join(f"{row['mos_std']}\r\n" for row in rows))
    codes = [int(row["tid2013_name"][4:6]) for row in rows]
    counts = {kind: codes.count(code) for code, kind in enumerate(card("tid2013").counts.types, start=1)}
    lines = ['title = "Six pairs of TID2013"', 'reader = "tid"', 'direction = "quality"', "[counts]", "images = 6"]
    lines += ["references = 6", "[counts.types]", *(f"{kind} = {count}" for kind, count in counts.items())]
    (root / "tid2013.toml").write_text("\n".join(lines) + "\n")
    return root / "tid2013.csv"


def write_evil_set(root: Path) -> Path:
    """Write a small set whose names and types are markup of every kind that a report is written in."""
    generator = np.random.default_rng(5)
    lines = [["reference", "distorted", "mos", "type", "level"]]
    for k in range(6):
        picture = generator.integers(60, 190, (40, 56, 3)).astype(np.uint8)
        Image.fromarray(picture).save(root / f"r{k}.png")
        for level in (1, 2, 3):
            name = f"{level}/{k}{EVIL_FILE}"
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            noisy = np.clip(picture + generator.normal(0, 8 * level, picture.shape), 0, 255)
            Image.fromarray(noisy.astype(np.uint8)).save(root / name)
            lines.append([f"r{k}.png", name, f"{5 - level + generator.uniform(0, 0.4):.3f}", EVIL_TYPE, str(level)])
    with (root / "evil.csv").open("w", newline="") as file:
        csv.writer(file).writerows(lines)
    return root / "evil.csv"
