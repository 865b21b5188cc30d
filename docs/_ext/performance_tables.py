"""What a file of results says about performance, in reStructuredText."""

from collections.abc import Iterator, Sequence

from benchmarks.results_file import Case, Results, Timing, milliseconds


def figures(results: Results) -> str:
    """Everything a file of results says, in reStructuredText."""
    return "\n\n".join(
        (_setting(results), _ratios(results.cases), *_left_out(results.cases), *_all_times(results.cases))
    )


def _setting(results: Results) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    changes = ", with changes not committed" if results.dirty else ""
    where = results.machine
    return (
        f"Measured on {results.date[:10]} at commit ``{results.commit[:12]}``{changes}: {where['processor']}, "
        f"{where['cores']} cores, {where['system']}, load average {results.load:.2f} before the run; "
        f"{results.threads} threads. Versions: {versions}."
    )


def _ratios(cases: Sequence[Case]) -> str:
    """The main table; losses are bold."""
    head = (
        "Metric",
        "Images",
        "iqametrics",
        "Fastest other",
        "Ratio",
        "Plain NumPy",
        "Ratio",
        "Limit",
        "Times the limit",
    )
    rows = [
        (
            f":doc:`{case.metric} <metrics/{case.metric}>`",
            case.images,
            milliseconds(case.ours.median),
            *_other(case, case.fastest_peer, named=True),
            *_other(case, case.plain_numpy),
            *(
                (f"{milliseconds(case.limit.seconds)}, {case.limit.bound_by}", f"{case.times_limit:.1f}")
                if case.limit
                else ("", "")
            ),
        )
        for case in cases
    ]
    return (
        "Milliseconds. A ratio says how many times as long the other takes; it is **bold** where the other is faster. "
        "*Plain NumPy* is ``numpy.mean((x.astype(float) - y) ** 2)`` for mse and psnr and the ``numpy`` executor for "
        f"the other metrics.\n\n{_table(head, rows)}"
    )


def _other(case: Case, other: Timing | None, named: bool = False) -> tuple[str, str]:
    if other is None:
        return "", ""
    ratio = case.ratio(other)
    name = f" {other.name}" if named else ""
    return milliseconds(other.median) + name, f"**{ratio:.2f}**" if ratio < 1 else f"{ratio:.1f}"


def _left_out(cases: Sequence[Case]) -> Iterator[str]:
    reasons = [f"* {case.metric}, {case.images}: {peer.reason}." for case in cases for peer in case.left_out]
    if reasons:
        yield "Not timed:"
        yield "\n".join(reasons)


def _all_times(cases: Sequence[Case]) -> Iterator[str]:
    """Who took how long, and how much that varied."""
    rows = [
        (
            case.metric,
            case.images,
            ", ".join(f"{_called(t)} {milliseconds(t.median)} ± {milliseconds(t.iqr / 2)}" for t in case.timings),
        )
        for case in cases
    ]
    yield "All times in milliseconds: the median ± half of the interquartile range."
    yield _table(("Metric", "Images", "Times"), rows)


def _called(timing: Timing) -> str:
    return f"``{timing.name}`` executor" if timing.kind == "executor" else timing.name


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [".. list-table::", "   :header-rows: 1", ""]
    for row in (head, *rows):
        lines += [f"   {'*' if i == 0 else ' '} - {cell}" for i, cell in enumerate(row)]
    return "\n".join(lines)
