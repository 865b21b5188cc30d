"""The figures on the page about GPUs, from the newest file of results; "not measured" where there is none."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = Path(__file__).parents[2] / "benchmarks" / "results" / "gpu"
NOTHING = "*Not measured.* No results from a GPU have been published yet."
OURS = "iqametrics (triton)"
OTHERS = (
    "Of others: how many times as long they take forward and with derivatives, and how many times the memory of these."
)


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


def table(results: dict) -> str:
    """The figures as a list-table: what the kernels take, and how many times as much others take."""
    lines = [
        f"On {results['device']}, {results['date'][:10]}, commit {results['commit'][:12]}. Medians. {OTHERS}",
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "",
    ]
    headings = (
        "Metric",
        "Images",
        "Forward, ms",
        "With derivatives, ms",
        "Memory, MiB",
        "Share of the limit",
        "Others",
    )
    lines += _row(headings)
    for case in results["cases"]:
        mine = next((each for each in case["timings"] if each["name"] == OURS), None)
        if mine is None:
            continue
        others = [
            f"{each['name']} " + ", ".join(f"{each[what] / mine[what]:.1f}" for what in ("forward", "both", "memory"))
            for each in case["timings"]
            if each is not mine
        ]
        lines += _row(
            (
                case["metric"],
                f"{case['width']}x{case['height']}x{case['count']}",
                f"{1e3 * mine['forward']:.3g}",
                f"{1e3 * mine['both']:.3g}",
                f"{mine['memory'] / 2**20:.0f}",
                f"{case['limit'] / mine['forward']:.0%}",
                "; ".join(others) or "none with the same number",
            )
        )
    return "\n".join(lines)


def _row(cells: tuple[str, ...]) -> list[str]:
    return [f"   {'* -' if place == 0 else '  -'} {cell}" for place, cell in enumerate(cells)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("gpu-performance", GpuPerformance)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
