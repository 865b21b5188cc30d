"""The figures on the page about performance, from the newest file of results, when the documentation is built."""

from docutils import nodes
from performance_tables import figures
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from benchmarks.results_file import FOLDER, newest, read

NOTHING = "No results have been published yet."


class Performance(SphinxDirective):
    """Where the figures go."""

    def run(self) -> list[nodes.Node]:
        path = newest()
        for dependency in filter(None, (FOLDER, path)):  # a newer file changes the folder
            self.env.note_dependency(str(dependency))
        return self.parse_text_to_nodes(figures(read(path)) if path else NOTHING)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("performance", Performance)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
