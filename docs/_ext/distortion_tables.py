"""What the records of the distortions say, on the page about them, when the documentation is built."""

from collections.abc import Iterator
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from iqametrics.datasets.distortions import PRESETS, Distortion, Parameter, levels
from iqametrics.datasets.distortions.catalogue import all_distortions
from iqametrics.datasets.distortions.presets import PSNR, has_levels

FAMILIES = {
    "noise": "Noise",
    "blur": "Blur and sharpening",
    "compression": "Compression and quantization",
    "tone": "Light and contrast",
    "color": "Colour",
    "blocks": "Places and blocks",
    "geometry": "Geometry",
}


class DistortionTables(SphinxDirective):
    """Where they go: a table per family."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes("\n".join(_lines()))


def _lines() -> Iterator[str]:
    for family, members in groupby(all_distortions(), key=lambda each: each.family):
        yield f".. rubric:: {FAMILIES[family]}"
        yield ""
        yield ".. list-table::"
        yield "   :header-rows: 1"
        yield "   :widths: 28 40 32"
        yield ""
        yield from _row("Distortion", "What it does, and its parameters", "Levels 1 to 5")
        for each in members:
            yield from _row(_name(each), _what(each), _levels(each))
        yield ""


def _row(*cells: str) -> Iterator[str]:
    for bullet, cell in zip(("*", " ", " "), cells, strict=True):
        first, *others = cell.splitlines()
        yield f"   {bullet} - {first}"
        yield from (f"       {line}".rstrip() for line in others)


def _name(each: Distortion) -> str:
    marks = [
        *(["random"] if each.random else []),
        *(["RGB only"] if each.color else []),
        *([f"sides of {each.min_side} pixels"] if each.min_side > 1 else []),
        *([f"needs {each.needs}"] if each.needs else []),
        *([f"levels of {' and '.join(each.alternates)} go back and forth"] if each.alternates else []),
    ]
    also = f"\n\nAlso {', '.join(f'``{alias}``' for alias in each.aliases)}" if each.aliases else ""
    notes = f"\n\n*{'; '.join(marks)}*" if marks else ""
    return f"``{each.name}``\n\n{each.title}{also}{notes}"


def _what(each: Distortion) -> str:
    return "\n\n".join([f"{each.source[0].upper()}{each.source[1:]}.", *map(_parameter, each.parameters)])


def _parameter(parameter: Parameter) -> str:
    unit = f" ({parameter.unit})" if parameter.unit else ""
    words = [parameter.text]
    if parameter.null is not None:
        words.append(f"{parameter.null:g} leaves the image as it is")
    if parameter.choices:
        words.append(f"{' or '.join(parameter.choices)}")
    if parameter.default is not None:
        words.append(f"default {parameter.default}")
    return f"``{parameter.name}``{unit}: {'; '.join(words)}."


def _levels(each: Distortion) -> str:
    found = [f"*{preset}:* {_values(each, preset)}" for preset in PRESETS if has_levels(each, preset)]
    return "\n\n".join(text for text in found if PSNR not in text) or "*tid-like* alone"


def _values(each: Distortion, preset: str) -> str:
    table = levels(each.name, preset)
    keys = [key for key in table[0] if len({level[key] for level in table}) > 1]
    fixed = [f"``{key}={value}``" for key, value in table[0].items() if key not in keys]
    values = ", ".join("/".join(f"{level[key]}" for key in keys) for level in table)
    return f"``{'/'.join(keys)}`` {values}" + (f" with {', '.join(fixed)}" if fixed else "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("distortion-tables", DistortionTables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
