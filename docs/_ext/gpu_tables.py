"""The figures of GPUs as text, apart from Sphinx."""

OURS = "iqametrics (triton)"
OTHERS = (
    "Of others: how many times as long they take forward and with derivatives, and how many times the memory of these."
)


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
