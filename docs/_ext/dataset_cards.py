"""What the cards say of the data sets, on the page about them, when the documentation is built."""

from collections.abc import Iterator
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from iqametrics.datasets import Card, card, names
from iqametrics.datasets.cards import manifest_folder

DIRECTIONS = {"quality": "higher is better", "distortion": "higher is worse"}


class DatasetCards(SphinxDirective):
    """Where they go."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(manifest_folder()))
        return self.parse_text_to_nodes("\n\n".join(_cards()))


def _cards() -> Iterator[str]:
    for _, group in groupby(names(), key=lambda name: name.partition(".")[0]):
        variants = [card(name) for name in group]
        yield from _lines(variants[0], [variant.name for variant in variants])


def _lines(facts: Card, variants: list[str]) -> Iterator[str]:
    title, _, _ = facts.title.partition(", viewed at")
    yield f".. rubric:: {title.partition(' (MOS from')[0].partition(' (realigned')[0]}"
    calls = " or ".join(f'``"{name}"``' for name in variants)
    size = f"{facts.counts.images} images" if facts.counts else "images"
    if facts.counts and facts.counts.references:
        size += f" of {facts.counts.references} references"
    carried = "its scores come with the package" if facts.table else "its scores are read from the owners' files"
    yield f"{calls}: {size}; {facts.score}, {DIRECTIONS[facts.direction]}; {carried}. {facts.homepage}"
    yield f"*Cite:* {facts.citation}"
    yield "*Notice:*"
    yield "\n".join(f"   | {line}".rstrip() for line in facts.notice.strip().splitlines())


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("dataset-cards", DatasetCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
