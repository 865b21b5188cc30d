"""Manifests of a tree on disk: written, and checked again later."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iqametrics.datasets.dataset import Dataset
from iqametrics.datasets.findings import Findings, some_of
from iqametrics.datasets.labels import sha256_of
from iqametrics.datasets.tables import reference_count, to_csv
from iqametrics.errors import DatasetError
from iqametrics.progress import Track, untracked
from iqametrics.report.atomic import write_text

if TYPE_CHECKING:
    import pandas as pd

DIGESTS = {"reference": "reference_sha256", "distorted": "distorted_sha256"}
"""Columns that hold the digest of the file in another column."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def manifest_files(dataset: Dataset, folder: Path) -> tuple[Path, Path]:
    """Return where the table and the card of a data set's manifest go."""
    return folder / f"{dataset.name}.csv", folder / f"{dataset.name}.toml"


def write_manifest(dataset: Dataset, folder: Path) -> tuple[Path, Path]:
    """Write ``NAME.csv`` and its card ``NAME.toml`` into a folder, each whole or not at all.

    Parameters
    ----------
    dataset : Dataset
        As loaded; its paths are written relative to its root.
    folder : Path

    Returns
    -------
    (Path, Path)
        The CSV and the card. ``iqametrics.datasets.load(csv, root)`` reads them back.
    """
    table, card = manifest_files(dataset, folder)
    write_text(table, to_csv(dataset.table))
    write_text(card, _card_text(dataset, table.name))
    return table, card


def with_digests(dataset: Dataset, track: Track = untracked) -> Dataset:
    """Return the data set with the sha256 of every file in columns of its table."""
    digests = _digests(dataset, track)
    columns = {column: dataset.table[of].map(digests, na_action="ignore") for of, column in DIGESTS.items()}
    return replace(dataset, table=dataset.table.assign(**columns))


def check_digests(dataset: Dataset, track: Track = untracked) -> int:
    """Check every file against the sha256 in the table; return how many were checked.

    Raises
    ------
    DatasetError
        Lists the files whose content is another than when the manifest was built.
    """
    expected = _expected(dataset.table)
    if not expected:
        return 0
    found = _digests(dataset, track)
    changed = [path for path, digest in expected.items() if found[path] != digest]
    if changed:
        findings = Findings(dataset.card.title, dataset.root or Path())
        findings.fault(f"files that are not those the manifest was built from ({len(changed)}): {some_of(changed)}")
        findings.raise_if_any()
    return len(expected)


def _digests(dataset: Dataset, track: Track) -> dict[str, str]:
    if dataset.root is None:
        raise DatasetError("Only a data set loaded from a root has files to take digests of.")
    paths = dict.fromkeys(path for column in DIGESTS for path in dataset.table[column].dropna())
    return {path: sha256_of(dataset.root / path) for path in track(list(paths))}


def _expected(table: "pd.DataFrame") -> dict[str, str]:
    expected: dict[str, str] = {}
    for of, column in DIGESTS.items():
        if column in table:
            known = table[[of, column]].dropna()
            expected |= dict(zip(known[of], known[column], strict=True))
    return expected


def _card_text(dataset: Dataset, csv: str) -> str:
    card, table = dataset.card, dataset.table
    facts = {
        "title": card.title,
        "homepage": card.homepage,
        "direction": card.direction,
        "csv": csv,
        "score_column": card.score,
        "std_column": "std",
        "doi": list(card.doi),
        "citation": card.citation,
        "notice": card.notice,
    }
    counts = {
        "images": len(table),
        "references": reference_count(table),
    }
    types = table["type"].value_counts(sort=False).to_dict() if table["type"].notna().all() else {}
    sections = {
        "counts": counts,
        "counts.types": types,
        "columns": {name: text for name, text in card.columns.items() if name in table},
        "subsets": {name: list(kinds) for name, kinds in card.subsets.items()},
    }
    blocks = [_lines(facts), *(f"\n[{name}]\n{_lines(pairs)}" for name, pairs in sections.items() if pairs)]
    return "".join(blocks)


def _lines(pairs: Mapping[str, Any]) -> str:
    return "".join(f"{_key(str(key))} = {_toml(value)}\n" for key, value in pairs.items())


def _key(text: str) -> str:
    return text if _BARE_KEY.fullmatch(text) else _toml(text)


def _toml(value: str | int | list[str]) -> str:
    """Return a value as TOML, which writes strings, integers and lists as JSON does, DEL characters apart."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
