"""The pages of the metrics, written from their records and docstrings when the documentation is built."""

from collections.abc import Iterable, Iterator, Sequence
from inspect import cleandoc, signature
from pathlib import Path

from numpydoc.docscrape_sphinx import SphinxDocString
from records import COLUMNS, all_metrics, direction, identical, number, source_link, span, summary
from sphinx.application import Sphinx

from iqametrics.errors import OptionError
from iqametrics.front import Metric
from iqametrics.geometry import MapGeometry
from iqametrics.record import COLORS

FOLDER = "metrics"
#: Image whose map the pages describe.
EXAMPLE_SHAPE = (512, 512)
_INTRODUCTION = """\
A metric takes two images, the reference first; one that has no value for identical images takes a single one. Each page
gives the equation, the recipes behind published numbers, and the call.\
"""

Row = Sequence[str]


def page(metric: Metric) -> str:
    """The page of a metric, in reStructuredText."""
    doc = SphinxDocString(metric.__doc__ or "", config={})
    return "\n\n".join(
        part
        for part in (
            f".. This page is written by {Path(__file__).name}.",
            ".. currentmodule:: iqametrics",
            f".. _metric-{metric.name}:",
            _title(metric.name, "="),
            *(_prose(doc[section]) for section in ("Summary", "Extended Summary", "Notes")),
            *_nature(metric),
            _title("Example", "-"),
            _prose(doc["Examples"]),
            _title("Call", "-"),
            _call(metric, doc),
            _title("Source", "-"),
            f"{metric.citation}",
        )
        if part
    )


def index(metrics: Iterable[Metric]) -> str:
    """The table of all metrics, in reStructuredText."""
    metrics = list(metrics)
    rows = [COLUMNS]
    for metric in metrics:
        label, address = source_link(metric)
        rows.append((f":doc:`{metric.name}`", *summary(metric), f"`{label} <{address}>`__"))
    entries = "\n".join(f"   {metric.name}" for metric in metrics)
    return "\n\n".join(
        (
            _title("Metrics", "="),
            _INTRODUCTION,
            _table(rows, "12 36 10 14 10 18", header=True, kind="metrics"),
            f".. toctree::\n   :hidden:\n\n{entries}",
        )
    )


def _nature(metric: Metric) -> Iterator[str]:
    """What the record says."""
    yield _table(_facts(metric), "25 75")
    yield _title("Conventions", "-")
    yield from _conventions(metric)


def _facts(metric: Metric) -> list[Row]:
    of_identical = "" if metric.task == "nr" else f"; {identical(metric)} for identical images"
    color = metric.sees.color
    rows = [
        ("Better", f"{direction(metric)}{of_identical}"),
        ("Range", span(metric)),
        ("Smallest side", _pixels(metric.min_size)),
        ("Colour images", f'``color="{color}"``: {COLORS[color]}, unless a convention says otherwise'),
        ("Data range", _scaling(metric)),
        ("float32 tensors", f"computed in {'double' if metric.sees.double else 'single'} precision"),
        ("Map", _geometry(metric)),
    ]
    if metric.aliases:
        rows.insert(0, ("Also called", ", ".join(f"``{alias}``" for alias in metric.aliases)))
    return rows


def _pixels(count: int) -> str:
    return f"{count} pixel{'s' * (count > 1)}"


def _scaling(metric: Metric) -> str:
    if metric.sees.scaled:
        return "the score does not depend on it: pixels are first brought to 0..255"
    return "enters as the equation says; pixels keep their units"


def _geometry(metric: Metric) -> str:
    height, width = EXAMPLE_SHAPE
    try:
        found = metric.map_geometry(EXAMPLE_SHAPE)
    except OptionError:
        return "none"
    maps = (found,) if isinstance(found, MapGeometry) else found
    places = dict.fromkeys(
        f"({', '.join(number(value) for value in place.offset)}) step {number(place.step[0])}" for place in maps
    )
    many = f"{len(maps)} maps" if len(maps) > 1 else "one map"
    return f"{many}; first sample and step in pixels, for {height} by {width}: {'; '.join(places)}"


def _conventions(metric: Metric) -> Iterator[str]:
    """A list rather than a table: the recipes need the whole width of a small screen."""
    for name, convention in metric.conventions.items():
        default = " (default)" if name == next(iter(metric.conventions)) else ""
        side = metric.with_options(convention=name).min_size
        yield (
            f"``{name}``{default}\n   {_sentence(convention.recipe)} "
            f'Smallest side {side} pixels; ``color="{convention.color or metric.sees.color}"``.'
        )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _call(metric: Metric, doc: SphinxDocString) -> str:
    """Signature and parameters; what the page shows elsewhere is left out."""
    for section in ("Summary", "Extended Summary", "Notes", "Examples", "References"):
        doc[section] = []
    doc["Signature"] = ""
    for i, parameter in enumerate(doc["Parameters"]):
        if parameter.name == "convention":
            doc["Parameters"][i] = parameter._replace(desc=["One of the recipes under `Conventions`_."])
    line = signature(metric)
    return f".. py:function:: {metric.name}{line}\n\n" + _indented(str(doc))


def _title(text: str, underline: str) -> str:
    return f"{text}\n{underline * len(text)}"


def _prose(lines: Sequence[str]) -> str:
    return cleandoc("\n".join(lines))


def _indented(text: str) -> str:
    return "\n".join(f"   {line}" if line.strip() else "" for line in text.splitlines())


def _table(rows: Sequence[Row], widths: str, header: bool = False, kind: str = "") -> str:
    lines = [".. list-table::", f"   :widths: {widths}"]
    lines += [*(["   :header-rows: 1"] if header else []), *([f"   :class: {kind}"] if kind else []), ""]
    for row in rows:
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)


def _write(app: Sphinx) -> None:
    """Write all pages; a page whose text is the same stays untouched, so that it is not read again."""
    folder = Path(app.srcdir, FOLDER)
    folder.mkdir(exist_ok=True)
    metrics = all_metrics()
    texts = {f"{metric.name}.rst": page(metric) for metric in metrics} | {"index.rst": index(metrics)}
    for stale in {path.name for path in folder.glob("*.rst")} - texts.keys():
        (folder / stale).unlink()
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text + "\n":
            path.write_text(text + "\n", "utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
