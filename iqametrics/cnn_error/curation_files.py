"""Findings about the images of a folder as files: a page to look at, a table for programs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iqametrics.cnn_error.curation import Finding
from iqametrics.cnn_error.dataset import write_table
from iqametrics.cnn_error.metrifier import Metrifier
from iqametrics.cnn_error.page import reliability_chart
from iqametrics.cnn_error.pictures import enlarged, map_over
from iqametrics.cnn_error.sources import pixels_of
from iqametrics.errors import OptionError
from iqametrics.files import read_image
from iqametrics.report.atomic import replacing, write_text
from iqametrics.report.environment import environment
from iqametrics.report.page import Picture, Points, check_templates, render
from iqametrics.report.pictures import data_uri
from iqametrics.report.tables import Column, Table, number, text

#: Images with pictures: a page with thousands would not open.
_SHOWN = 300


@dataclass(frozen=True)
class _Card:
    """An image as the page tells of it."""

    row: int
    name: str
    verdict: str
    reason: str
    pictures: tuple[tuple[str, str], ...]


def check_output(path: Path) -> None:
    """Refuse what can't be written before any work is done.

    Raises
    ------
    OptionError
        The suffix is unknown.
    DependencyError
        A package is missing.
    """
    if path.suffix.lower() not in _WRITERS:
        raise OptionError(f"{path}: the name of the output must end in {', '.join(_WRITERS)}")
    if path.suffix.lower() == ".html":
        check_templates()


def write_findings(
    path: Path, folder: Path, findings: Sequence[Finding], metrifier: Metrifier, alpha: Any = None
) -> None:
    """Write findings: the suffix decides whether as page, CSV or Parquet.

    Parameters
    ----------
    path : Path
        ``.html``, ``.csv`` or ``.parquet``.
    folder : Path
        What the images are seen from.
    findings : sequence of Finding
        As :func:`iqametrics.cnn_error.curate` ranks them.
    metrifier : Metrifier
        What judged.
    alpha : optional
        What to do with transparency.
    """
    _WRITERS[path.suffix.lower()](path, folder, findings, metrifier, alpha)


def columns(folder: Path, findings: Sequence[Finding], metrifier: Metrifier) -> dict[str, list[Any]]:
    """A column per fact: image, verdict, expected error, quality, kind, a probability per kind, size, reason."""
    judged = [each.diagnosis for each in findings]
    found: dict[str, list[Any]] = {
        "image": [_name(each.path, folder) for each in findings],
        "verdict": [each.verdict for each in findings],
        "expected_error": [each.error for each in findings],
        "quality": [None if each is None else each.quality for each in judged],
        "kind": [None if each is None else each.kind for each in judged],
    }
    for kind in metrifier.kinds:
        found[f"p_{kind}"] = [None if each is None else each.probabilities[kind] for each in judged]
    found["height"] = [each.shape[0] if each.shape else None for each in findings]
    found["width"] = [each.shape[1] if each.shape else None for each in findings]
    found["reason"] = [each.reason for each in findings]
    return found


def _write_csv(path: Path, folder: Path, findings: Sequence[Finding], metrifier: Metrifier, alpha: Any) -> None:
    import pandas as pd

    with replacing(path) as unfinished:
        table = pd.DataFrame(columns(folder, findings, metrifier)).astype({"height": "Int64", "width": "Int64"})
        table.to_csv(unfinished, index=False, lineterminator="\n")


def _write_parquet(path: Path, folder: Path, findings: Sequence[Finding], metrifier: Metrifier, alpha: Any) -> None:
    write_table(path, columns(folder, findings, metrifier), {"metrifier": metrifier.sha256})


def _write_page(path: Path, folder: Path, findings: Sequence[Finding], metrifier: Metrifier, alpha: Any) -> None:
    write_text(path, curation_page(folder, findings, metrifier, alpha))


def curation_page(folder: Path, findings: Sequence[Finding], metrifier: Metrifier, alpha: Any = None) -> str:
    """Return the page as HTML."""
    shown = [row for row, each in enumerate(findings) if each.diagnosis is not None][:_SHOWN]
    images, maps = [], []
    for row in shown:
        diagnosis = findings[row].diagnosis
        image = pixels_of(read_image(findings[row].path, alpha=alpha), findings[row].path.name)
        images.append(data_uri(enlarged(image)))
        maps.append(data_uri(map_over(image, diagnosis.map)) if diagnosis else "")
    place = {row: number for number, row in enumerate(shown)}
    of = [place.get(row) for row in range(len(findings))]
    cards = [
        _Card(row, _name(each.path, folder), each.verdict, each.reason, _PICTURES if row in place else ())
        for row, each in enumerate(findings)
        if row in place or each.diagnosis is None
    ]
    counts = {"all": len(cards)}
    counts |= {
        kind: sum(card.verdict == kind for card in cards) for kind in dict.fromkeys(card.verdict for card in cards)
    }
    total = {kind: sum(each.verdict == kind for each in findings) for kind in ("drop", "look", "keep", "unread")}
    return render(
        "curation.html",
        data=Points(
            names=[_name(each.path, folder) for each in findings],
            pictures=[Picture("Image", images, of), Picture("Expected error", maps, of)],
        ),
        kind="curation",
        title=f"Images of {folder.resolve().name}",
        lead=", ".join(f"{count:,} to {kind}" for kind, count in total.items() if count and kind != "unread")
        + (f"; {total['unread']:,} could not be read" if total["unread"] else "")
        + ".",
        caveat="",
        cards=cards,
        counts=counts,
        hidden=len(findings) - len(cards),
        ranking=_ranking(folder, findings),
        reliability=reliability_chart(metrifier),
        provenance=_provenance(metrifier),
        environment=environment(),
    )


#: Label of a picture, and the kind under which the page's script knows it.
_PICTURES = (("Image", "reference"), ("Expected error", "distorted"))


def _ranking(folder: Path, findings: Sequence[Finding]) -> Table:
    tones: Mapping[str, Any] = {"drop": "bad", "keep": "good"}
    rows = tuple(
        (
            text(_name(each.path, folder)),
            text(each.verdict, tones.get(each.verdict, "")),
            number(each.error, ".3f"),
            text("" if each.diagnosis is None else each.diagnosis.kind.replace("_", " ")),
            text(each.reason),
        )
        for each in findings
    )
    heads = (
        Column("Image", "text"),
        Column("Verdict", "text"),
        Column("Expected error"),
        Column("Kind", "text"),
        Column("Why", "text"),
    )
    return Table("ranking", "Images by expected error", heads, rows)


def _provenance(metrifier: Metrifier) -> dict[str, str]:
    kinds = sorted({kind for kind, _, _ in metrifier.about["distortions"]})
    return {
        "Weights": f"sha256 {metrifier.sha256}" if metrifier.sha256 else "not saved",
        "Workers": "; ".join(f"{name} (sha256 {digest[:16]})" for name, digest in metrifier.about["workers"].items()),
        "Target": metrifier.training.target,
        "Has seen": ", ".join(kind.replace("_", " ") for kind in kinds),
    }


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


_WRITERS: dict[str, Callable[..., None]] = {".html": _write_page, ".csv": _write_csv, ".parquet": _write_parquet}
