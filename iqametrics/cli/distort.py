"""``iqametrics distort``: distorted versions of images, of known kinds and levels."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.exits import ExitCode, print_error
from iqametrics.cli.image_options import alpha_option
from iqametrics.cli.output import print_table, shown
from iqametrics.cli.verdict import MOST_LINES
from iqametrics.errors import PairingError

if TYPE_CHECKING:
    from iqametrics.datasets.distortions.making import Made
    from iqametrics.datasets.distortions.plan import Original, Plan


def _print_list(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from iqametrics.datasets.distortions import PRESETS
    from iqametrics.datasets.distortions.catalogue import all_distortions
    from iqametrics.datasets.distortions.presets import has_levels

    print_table(
        ["name", "family", "title", "parameters", "presets"],
        (
            [
                each.name,
                each.family,
                each.title,
                ", ".join("|".join([parameter.name, *parameter.spellings]) for parameter in each.parameters),
                ", ".join(preset for preset in PRESETS if has_levels(each, preset)),
            ]
            for each in all_distortions()
        ),
    )
    ctx.exit()


def _levels(ctx: click.Context, option: click.Parameter, text: str) -> list[int]:
    """``1-3,5`` as numbers."""
    from iqametrics.datasets.distortions.presets import LEVELS

    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise click.BadParameter(f"{text!r}: write levels as 1-5 or 1,3,5")
        found.update(range(int(first), int(last or first) + 1))
    if not found or not found <= set(LEVELS):
        raise click.BadParameter(f"{text!r}: levels are {LEVELS[0]} to {LEVELS[-1]}")
    return sorted(found)


def _complete_types(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Names for the last distortion of a list that is being typed."""
    from iqametrics.datasets.distortions import names

    *before, last = incomplete.split(",")
    return [",".join([*before, name]) for name in names(ctx.params.get("preset")) if name.startswith(last)]


@click.command(
    "distort",
    short_help="Write distorted versions of images.",
    epilog="""\b
Examples:
  iqametrics distort originals/ distorted/ --preset kadid
  iqametrics distort originals/ noisy/ --types jpeg,jpeg2000 --levels 1,3,5
  iqametrics distort originals/ distorted/ --preset tid-like --seed 7
  iqametrics score distorted/manifest.csv -o scores.csv

\b
Presets say what a level means:
  kadid       strengths of KADID-10k
  imagenet-c  strengths of ImageNet-C, made for images of 224 pixels
  cifar-c     strengths of CIFAR-10-C, made for images of 32 pixels
  tid-like    the strength that gives a PSNR of 33, 30, 27, 24 and 21 dB,
              looked for in every image

Images go to OUT/TYPE/LEVEL/, under the name of the original, and rows about
them into OUT/manifest.csv. A run that was cut short goes on where it was when
it is started again; images that are there and unchanged are kept.""",
)
@click.argument("source", metavar="IN", type=click.Path(exists=True, path_type=Path))
@click.argument("output", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@click.option("--preset", default="kadid", show_default=True, metavar="NAME", help="What a level means, see below.")
@click.option(
    "--types",
    metavar="LIST",
    shell_complete=_complete_types,
    help="Distortions, separated by commas. All of the preset by default.",
)
@click.option("--levels", default="1-5", show_default=True, metavar="LIST", callback=_levels, help="Which levels.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives other random numbers.")
@click.option("--workers", type=click.IntRange(min=1), help="How many threads; one per processor by default.")
@click.option("--format", "kind", type=click.Choice(["png", "tif"]), default="png", show_default=True)
@alpha_option
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_print_list, help="List the distortions."
)
@click.pass_context
def distort_command(
    ctx: click.Context,
    source: Path,
    output: Path,
    preset: str,
    types: str | None,
    levels: list[int],
    seed: int,
    workers: int | None,
    kind: str,
    alpha: Any,
) -> None:
    """Write distorted versions of an image, or of all images of a folder, to the folder OUT."""
    from iqametrics.cli.progress import progress
    from iqametrics.datasets.distortions.folder import distort_files
    from iqametrics.datasets.distortions.plan import Plan
    from iqametrics.datasets.distortions.rows import MANIFEST
    from iqametrics.scoring.workers import processors

    plan = Plan(output, _types(types, preset), levels, preset, seed, f".{kind}", alpha)
    originals = _originals(source, plan)
    counts: Counter[str] = Counter()
    troubles: list[Made] = []
    with progress("images") as bar, closing(distort_files(originals, plan, workers or processors())) as results:
        for made in bar.track(results, total=len(originals) * len(plan.cases), description="Distorting"):
            counts["failed" if made.row is None else "kept" if made.kept else "written"] += 1
            if made.row is None:
                troubles.append(made)
    kept = f", kept {counts['kept']} that were there" if counts["kept"] else ""
    click.echo(f"Wrote {counts['written']} images{kept}, and {shown(str(output / MANIFEST))}")
    ctx.exit(_report(troubles, named=types is not None))


def _types(text: str | None, preset: str) -> list[str]:
    """The distortions that are asked for, by their own names; the preset must have all of them."""
    from iqametrics.datasets import distortions

    if text is None:
        return distortions.names(preset)
    found = [distortions.distortion(name.strip()).name for name in text.split(",")]
    for name in found:
        distortions.levels(name, preset)
    return list(dict.fromkeys(found))


def _originals(source: Path, plan: "Plan") -> "list[Original]":
    """The images to distort; no two of them may have distorted versions of one name."""
    from iqametrics.datasets.distortions.plan import Original
    from iqametrics.scoring.pairing import find_images

    if not source.is_dir():
        return [Original(source, PurePath(source.name))]
    found, others = find_images(source, [plan.folder.resolve()])
    for path in others[:MOST_LINES]:
        click.echo(f"Note: no image by its name, left out: {shown(str(source / path))}", err=True)
    stems = Counter(path.with_suffix("") for path in found)
    double = [str(source / path) for path in found if stems[path.with_suffix("")] > 1]
    if double:
        raise PairingError(
            f"{' and '.join(map(shown, double[:4]))} differ in their suffixes alone, and so would their distorted versions "
            "in nothing; rename one of them"
        )
    return [Original(source / path, path) for path in found]


def _report(troubles: "Sequence[Made]", named: bool) -> ExitCode:
    """Say what could not be made. Types that nobody named and that an image is not fit for are no failure."""
    failures = [made for made in troubles if named or not made.unfit]
    notes = [made for made in troubles if made.unfit and not named]
    for line in _lines(notes):
        click.echo(f"Note: {line}", err=True)
    for line in _lines(failures):
        print_error(line)
    if not failures:
        return ExitCode.DONE
    print_error(f"{len(failures)} distorted images could not be made")
    return ExitCode.NOT_SCORED


def _lines(troubles: "Sequence[Made]") -> Iterator[str]:
    """A line for every trouble, one for all levels and types that have the same."""
    same: dict[tuple[Path, str], list[Made]] = {}
    for made in troubles:
        same.setdefault((made.original.path, made.error), []).append(made)
    for (path, error), (first, *others) in list(same.items())[:MOST_LINES]:
        where = "" if str(path) in error else f"{shown(str(path))}, level {first.level}: "
        yield f"{where}{error}{f' (and {len(others)} more)' if others else ''}"
    if len(same) > MOST_LINES:
        yield f"{len(same) - MOST_LINES} more like these"
