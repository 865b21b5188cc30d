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


class DistortionList(SphinxDirective):
    """Where it goes: a list per family, which a phone has room for, with a line of levels per preset."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes("\n".join(_lines()))


def _lines() -> Iterator[str]:
    for family, members in groupby(all_distortions(), key=lambda each: each.family):
        yield f".. rubric:: {FAMILIES[family]}"
        yield ""
        for each in members:
            yield f"``{each.name}``"
            yield f"   {_summary(each)}"
            yield ""
            for parameter in each.parameters:
                yield f"   * {_parameter(parameter)}"
            for preset in PRESETS:
                if has_levels(each, preset) and levels(each.name, preset)[0].keys() != {PSNR}:
                    yield f"   * *{preset}:* {_values(each, preset)}"
            yield ""


def _summary(each: Distortion) -> str:
    marks = [
        *(["random"] if each.random else []),
        *(["RGB only"] if each.color else []),
        *([f"sides of {each.min_side} pixels at least"] if each.min_side > 1 else []),
        *([f"needs {each.needs}"] if each.needs else []),
        *([f"levels of {' and '.join(each.alternates)} go back and forth"] if each.alternates else []),
    ]
    notes = f" (*{'; '.join(marks)}*)" if marks else ""
    also = f" Also called {', '.join(f'``{alias}``' for alias in each.aliases)}." if each.aliases else ""
    return f"**{each.title}**{notes}: {each.source}.{also}"


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


def _values(each: Distortion, preset: str) -> str:
    table = levels(each.name, preset)
    keys = [key for key in table[0] if len({level[key] for level in table}) > 1]
    fixed = [f"``{key}={value}``" for key, value in table[0].items() if key not in keys]
    values = ", ".join("/".join(f"{level[key]}" for key in keys) for level in table)
    return f"``{'/'.join(keys)}`` {values}" + (f" with {', '.join(fixed)}" if fixed else "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("distortion-list", DistortionList)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
