"""A benchmark as files: the page, the tables for papers, the numbers for programs."""

from pathlib import Path

from iqametrics.benchmark.agreement import Benchmark
from iqametrics.benchmark.page import benchmark_page
from iqametrics.benchmark.tables import failures_table, paper_tables
from iqametrics.progress import Track
from iqametrics.report.atomic import write_text
from iqametrics.report.latex import latex
from iqametrics.report.markdown import markdown


def write_files(benchmark: Benchmark, folder: Path, maps: int, track: Track) -> None:
    """Write ``report.html``, ``tables.md``, ``tables.tex``, and as CSV the scores, figures, tests and published figures.

    Parameters
    ----------
    benchmark : Benchmark
    folder : Path
        Made if it is not there; every file appears whole or not at all.
    maps : int
        How many quality maps the page may hold.
    track : callable
        Shows progress of the page's pictures.
    """
    study = benchmark.scores.study
    frames = {
        "scores": benchmark.scores.table,
        "agreement": benchmark.agreement_frame(),
        "published": benchmark.published,
    }
    if benchmark.comparison is not None:
        frames["tests"] = benchmark.comparison.to_frame()
    for name, frame in frames.items():
        said = frame.assign(caveat=study.caveat) if study.caveat else frame
        write_text(folder / f"{name}.csv", said.to_csv(index=False, lineterminator="\n"))
    tables, failures = paper_tables(benchmark), failures_table(benchmark)
    title = f"{study.dataset.card.title}: metrics against {study.opinion}"
    write_text(folder / "tables.md", markdown([*tables, *([failures] if failures else [])], title, study.caveat))
    write_text(folder / "tables.tex", latex(tables))
    write_text(folder / "report.html", benchmark_page(benchmark, maps, track))
