"""The figures on the page about GPUs, from the newest file of results; "not measured" where there is none."""

import json
from pathlib import Path

from docutils import nodes
from gpu_tables import table
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = Path(__file__).parents[2] / "benchmarks" / "results" / "gpu"
NOTHING = "*Not measured.* No results from a GPU have been published yet."


class GpuPerformance(SphinxDirective):
    """Where the figures go."""

    def run(self) -> list[nodes.Node]:
        files = sorted(FOLDER.glob("*.json"))
        for dependency in (*filter(Path.exists, [FOLDER]), *files):
            self.env.note_dependency(str(dependency))
        newest = max(
            (json.loads(path.read_text("utf-8")) for path in files), key=lambda each: each["date"], default=None
        )
        return self.parse_text_to_nodes(table(newest) if newest else NOTHING)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("gpu-performance", GpuPerformance)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
