"""``iqametrics score``: compare pictures with their distorted versions, or judge pictures alone.

With ``--json`` it prints::

    {"iqametrics": VERSION,
     "pairs": [{"reference": PATH, "distorted": PATH, "extra": {COLUMN: TEXT, ...},
                "image": {"height": N, "width": N, "channels": 1 or 3, "dtype": "uint8" or "uint16"},
                "scores": [{"metric": NAME, "convention": NAME, "color": MODE, "options": {...}, "iqametrics": VERSION,
                            "data_range": null, "bits": null, "backend": null, "alpha": null,
                            "value": NUMBER, "error": null}, ...],
                "error": null}]}

A score has all that decided it beside the images; that of a network also ``weights_sha256``, that of a metric from another
package ``module`` and ``module_sha256``.

``-o out.json`` writes the same, ``-o out.jsonl`` the pairs alone, one on a line. Where an image can't be scored, the pair's
``error`` says why, ``image`` is null and ``scores`` empty; where a metric can't take it, the score's ``error`` says why and
its ``value`` is null. ``reference`` is null where there is none. Infinity is the string ``"Infinity"``. ``extra`` holds
the other columns of a CSV of pairs or of a manifest.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.bounds import bounds
from iqametrics.cli.choices import Choice, check_images, chosen, complete_metrics, names_of_one_image
from iqametrics.cli.dataset_options import direction_option, root_option
from iqametrics.cli.find_pairs import find_dataset_pairs, find_pairs, is_alone
from iqametrics.cli.image_options import check_range, image_options
from iqametrics.cli.imports import import_option
from iqametrics.cli.output import console, print_json, shown, unit_of
from iqametrics.cli.score_tables import print_pair, print_pairs, print_summary
from iqametrics.cli.verdict import report
from iqametrics.cli.work import Work, journal_beside, work_options
from iqametrics.scoring.pairing import MODES, Pair

if TYPE_CHECKING:
    from iqametrics.datasets.cards import Direction
    from iqametrics.scoring.results import Result
    from iqametrics.scoring.settings import Settings


@click.command(
    "score",
    short_help="Score image files, folders or a CSV of pairs.",
    epilog="""\b
Examples:
  iqametrics score original.png decoded.png
  iqametrics score original.png decoded.png -m ssim:wang2004-downsampled
  iqametrics score originals/ decoded/ -m all -o scores.csv
  iqametrics score originals/ decoded/ --fail-under ssim=0.95,psnr=34
  iqametrics score pairs.csv -o scores.jsonl --map maps/
  iqametrics score --manifest tid2013 --root /data/tid2013 -o scores.parquet
  iqametrics score photos/ -m metrifier:weights=metrifier.safetensors

\b
Two folders are paired with their subfolders. What must agree is for
  stem      the name without its suffix: x/a.png with q10/a.jpg
  name      the whole name: x/a.png with q10/a.png
  relative  the place in the folder, without the suffix: x/a.png with x/a.jpg
  prefix    how the name begins: x/a.png with q10/a_v2.jpg, not with ab.jpg
Every distorted image looks for its one reference, and a reference may have
many distorted versions. The order of the files decides nothing. An image
that finds no partner, or several references, stops the command before it
begins; with --allow-unmatched it is left out and named.

A CSV of pairs has the columns reference and distorted, paths seen from its
own folder. Its other columns go into the output.

JSON and CSV hold the scores in full precision. Infinity is inf in CSV and,
as JSON has none, the string "Infinity" there.

While it works, results go to a journal beside the output, scores.csv.partial,
a JSON line each. After a kill, a full disk or a lost worker the same command
goes on from there, and the output is the same as without the interruption.""",
)
@click.argument("reference", type=click.Path(), required=False)
@click.argument("distorted", type=click.Path(), required=False)
@click.option(
    "-m",
    "--metrics",
    multiple=True,
    metavar="LIST",
    shell_complete=complete_metrics,
    help="Metrics, separated by commas, each NAME[:CONVENTION][:OPTION=VALUE]; or all, every one without weights that "
    "the images allow. Default psnr,ssim; needed for images alone.",
)
@import_option
@click.option("--color", metavar="MODE", help="How colour is seen: gray, luma, ycbcr, channels or rgb.")
@image_options
@click.option("--pair", "by", type=click.Choice(list(MODES)), help="How to pair two folders, see below. Default stem.")
@click.option("--allow-unmatched", is_flag=True, help="Leave out images of a folder that find no partner.")
@click.option(
    "--manifest",
    metavar="NAME",
    help="Score a data set: one that iqametrics knows, or a CSV that iqametrics manifest wrote. Needs --root.",
)
@root_option(required=False)
@direction_option
@work_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write scores to a .csv, .json, .jsonl or .parquet, whole or not at all.",
)
@click.option(
    "--map",
    "maps",
    type=click.Path(file_okay=False, path_type=Path),
    help="Draw what every metric sees, over the distorted images, into this folder.",
)
@click.option(
    "--fail-under",
    multiple=True,
    metavar="LIST",
    help="Exit with code 5 if a score is worse than METRIC=VALUE: lower, or higher where lower is better.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def score_command(
    ctx: click.Context,
    reference: str | None,
    distorted: str | None,
    metrics: tuple[str, ...],
    color: str | None,
    data_range: float | tuple[float, float] | None,
    bits: int | None,
    alpha: Any,
    by: str | None,
    allow_unmatched: bool,
    manifest: str | None,
    root: Path | None,
    direction: "Direction | None",
    workers: int | None,
    processes: bool,
    scheduler: str | None,
    output: Path | None,
    maps: Path | None,
    fail_under: tuple[str, ...],
    as_json: bool,
) -> None:
    """Score distorted images against their undistorted references, or images alone.

    REFERENCE and DISTORTED are two image files or two folders; or REFERENCE alone is a CSV of pairs. Metrics of one image
    judge the distorted one, and need no reference: then an image or a folder alone will do.
    """
    choices = _choices(metrics, color, reference if manifest is None else None, distorted)
    limits = bounds(fail_under, choices, color)
    options = check_range(data_range, bits)
    work = Work(workers, processes, scheduler)
    work.check(maps)
    if maps is not None and any(choice.metric.task == "nr" for choice in choices):
        raise click.UsageError("--map draws where two images differ; leave out the metrics of one image")
    if manifest is None:
        if root is not None or direction is not None:
            raise click.UsageError(f"{'--root' if root else '--direction'} is for --manifest")
        if reference is None:
            raise click.UsageError("Missing argument 'REFERENCE'")
        pairs, single = find_pairs(reference, distorted, by, allow_unmatched, maps)
    else:
        if reference is not None or by or allow_unmatched:
            raise click.UsageError("--manifest names the pairs; leave out REFERENCE, DISTORTED and how to pair them")
        pairs, single = find_dataset_pairs(manifest, root, direction), False

    from iqametrics.scoring.settings import Settings

    settings = Settings([choice.metric for choice in choices], options, alpha, keep_pixels=maps is not None)
    results = _results(pairs, settings, work, output, maps)
    if as_json:
        from iqametrics.report.score_files import document

        print_json(document(results))
    elif single:
        print_pair(results[0])
    elif output is not None:
        print_summary(results, settings.metrics)
    else:
        print_pairs(results, settings.metrics)
        if console().is_terminal:
            click.echo()
            print_summary(results, settings.metrics)
    written = [shown(str(path)) for path in (output, maps) if path is not None]
    if written:
        click.echo(f"Wrote {' and '.join(written)}", err=True)
    ctx.exit(report(results, choices, limits))


def _choices(metrics: Sequence[str], color: str | None, reference: str | None, distorted: str | None) -> list[Choice]:
    """The metrics that are asked for, as far as the images allow."""
    if reference is None or not is_alone(reference, distorted):
        return chosen(metrics or ["psnr,ssim"], color)
    if not metrics:
        raise click.UsageError(
            f"{shown(reference)} is to be compared with what? Give DISTORTED too, or a .csv of pairs alone; or ask with "
            f"-m for metrics of one image: {names_of_one_image()}"
        )
    choices = chosen(metrics, color, task="nr")
    check_images(choices, alone=True)
    return choices


def _results(
    pairs: Sequence[Pair], settings: "Settings", work: Work, output: Path | None, maps: Path | None
) -> "list[Result]":
    """Score the pairs, and write what is asked for."""
    if output is None:
        return list(_scored(pairs, settings, work, maps, None))
    from iqametrics.report.score_files import check_score_file, write_scores

    extra = list(pairs[0].extra)
    check_score_file(output, settings.metrics, extra)
    if maps is not None or len(pairs) == 1:  # maps need pixels, which no journal has
        results = list(_scored(pairs, settings, work, maps, None))
        write_scores(output, results, settings.metrics, extra)
        return results
    from iqametrics.scoring.journal import discard

    with journal_beside(output, pairs, settings) as (journal, results):
        results += _scored(pairs, settings, work, None, journal)
        write_scores(output, results, settings.metrics, extra)
    if any(result.error is not None for result in results):
        name = shown(str(journal))
        click.echo(
            f"Note: {name} stays: once the files are repaired, the same command scores no others again", err=True
        )
    else:
        discard(journal)
    return results


def _scored(
    pairs: Sequence[Pair], settings: "Settings", work: Work, maps: Path | None, journal: Path | None
) -> "Generator[Result, None, None]":
    """The results, with a bar that tells how many have come, and their maps drawn."""
    from iqametrics.scoring.pairs import score_pair, score_pairs

    draw = None if maps is None else _map_writer(pairs, settings, maps)
    with ExitStack() as stack:
        results: Iterable[Result]
        if len(pairs) == 1:
            results = [score_pair(pairs[0], settings)]
        else:
            from iqametrics.cli.progress import progress

            executor = stack.enter_context(work.executor())
            found = stack.enter_context(closing(score_pairs(pairs, settings, executor=executor, journal=journal)))
            bar = stack.enter_context(progress(unit_of(pairs)))
            results = bar.track(found, total=len(pairs), description="Scoring")
        for result in results:
            if draw is not None:
                draw(result)
            result.pixels = None  # those of all pairs would not fit into memory
            yield result


def _map_writer(pairs: Sequence[Pair], settings: "Settings", folder: Path) -> "Callable[[Result], None]":
    """What draws the maps of a result, which come in the order of the pairs."""
    from iqametrics.report.figures import new_figure
    from iqametrics.report.map_files import map_stems, save_maps

    new_figure(1, 1)  # without matplotlib, say so before the work and not after it
    stems = iter(map_stems(pairs))
    return lambda result: save_maps(result, settings.options, folder / next(stems))
