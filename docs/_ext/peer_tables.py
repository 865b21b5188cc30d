"""Tables of numbers from other packages beside those of iqametrics, from the file that benchmarks/peer_numbers.py writes.

A directive reads its section of the file when the documentation is built; the packages need not be there.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

NUMBERS = Path(__file__).parents[1] / "_data" / "peer_numbers.json"


def versions(found: dict[str, Any]) -> str:
    """The packages and their versions, in words."""
    return ", ".join(f"{name} {number}" for name, number in found["versions"].items() if name != "iqametrics")


def table(found: dict[str, Any], section: str) -> str:
    """A section of the file, in reStructuredText; iqametrics comes first."""
    rows = list(_rows(found, section))
    pairs = list(rows[0][1])
    widths = f"{100 - 18 * len(pairs)} {'18 ' * len(pairs)}"
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {widths}", "   :class: numbers", ""]
    for head, cells in (
        ("Call", pairs),
        *((call, [f"{each:#.6g}" for each in values.values()]) for call, values in rows),
    ):
        lines += [f"   * - {head}", *(f"     - {cell}" for cell in cells)]
    return "\n".join(lines)


def _rows(found: dict[str, Any], section: str) -> Iterator[tuple[str, dict[str, float]]]:
    for row in found["iqametrics"]:
        if row["section"] == section:
            yield f"``{row['call']}``", row["values"]
    for row in found["others"]:
        if row["section"] == section:
            yield f"``{row['call']}``\n\n       = ``{row['ours']}``", row["values"]


class PeerNumbers(SphinxDirective):
    """A section of the file; without a section, the versions it was made with."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(NUMBERS))
        found = json.loads(NUMBERS.read_text("utf-8"))
        return self.parse_text_to_nodes(
            table(found, self.arguments[0]) if self.arguments else f"Versions: {versions(found)}."
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("peer-numbers", PeerNumbers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
