"""``iqametrics score``: compare a picture with its distorted version.

With ``--json`` it prints::

    {"iqametrics": VERSION,
     "pairs": [{"reference": PATH, "distorted": PATH,
                "image": {"height": N, "width": N, "channels": 1 or 3, "dtype": "uint8" or "uint16"},
                "scores": [{"metric": NAME, "convention": NAME, "color": MODE, "options": {...},
                            "value": NUMBER, "error": null}, ...],
                "error": null}]}

Where an image can't be scored, the pair's ``error`` says why, ``image`` is null and ``scores`` empty; where a metric can't
take it, the score's ``error`` says why and its ``value`` is null. Infinity is the string ``"Infinity"``.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from iqametrics.cli.choices import Choice, chosen
from iqametrics.cli.exits import ExitCode, print_error
from iqametrics.cli.output import direction, print_json, print_table
from iqametrics.errors import DTypeError, ImageFileError, NonFiniteError, RangeError, ShapeError

if TYPE_CHECKING:
    import numpy as np

    from iqametrics.record import Metric

#: What can be wrong with images, apart from how the program was called.
_IMAGE_ERRORS = (DTypeError, ImageFileError, NonFiniteError, RangeError, ShapeError)
#: Up to this size NumPy has scored a pair before a faster executor is even imported.
_SMALL_PIXELS = 2**19


@dataclass
class Score:
    """What a metric says of a pair, or why it can't say anything."""

    metric: "Metric"
    value: float | None = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        recipe = _recipe(self.metric)
        return {
            "metric": self.metric.name,
            "convention": recipe.convention,
            "color": recipe.color,
            "options": {name: getattr(recipe, name) for name in self.metric.options},
            "value": self.value,
            "error": self.error,
        }


@dataclass
class Pair:
    """Two files, what their images are, and their scores, or why there are none."""

    reference: str
    distorted: str
    image: dict[str, Any] | None = None
    scores: list[Score] = field(default_factory=list)
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "distorted": self.distorted,
            "image": self.image,
            "scores": [score.as_json() for score in self.scores],
            "error": self.error,
        }


def _alpha(ctx: click.Context, option: click.Parameter, text: str | None) -> Any:
    """``R,G,B`` as numbers; anything else is the reader's to judge."""
    parts = text.split(",") if text else []
    return tuple(map(int, parts)) if len(parts) == 3 and all(part.strip().isdecimal() for part in parts) else text


@click.command(
    "score",
    short_help="Score an image file against its reference.",
    epilog="""\b
Examples:
  iqametrics score original.png decoded.png
  iqametrics score original.png decoded.png -m ssim:wang2004-downsampled
  iqametrics score original.png decoded.png -m all --color luma --json

The JSON holds the scores in full precision; infinity, which JSON lacks, is the string "Infinity".""",
)
@click.argument("reference", type=click.Path())
@click.argument("distorted", type=click.Path())
@click.option(
    "-m",
    "--metrics",
    multiple=True,
    default=["psnr,ssim"],
    metavar="LIST",
    help="Metrics, separated by commas, each NAME[:CONVENTION][:OPTION=VALUE]; or all, every one that the size "
    "allows. Default psnr,ssim.",
)
@click.option("--color", metavar="MODE", help="How colour is seen: gray, luma, ycbcr or channels.")
@click.option("--data-range", type=float, help="Largest possible difference of two pixel values.")
@click.option("--bits", type=int, help="Depth of the pixels, where less than the file's: 10 in a 16-bit TIFF.")
@click.option(
    "--alpha", metavar="COLOR", callback=_alpha, help="Lay transparent images over white, black or R,G,B; or ignore."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def score_command(
    ctx: click.Context,
    reference: str,
    distorted: str,
    metrics: tuple[str, ...],
    color: str | None,
    data_range: float | None,
    bits: int | None,
    alpha: Any,
    as_json: bool,
) -> None:
    """Score the image file DISTORTED against the undistorted image file REFERENCE."""
    from iqametrics import __version__

    choices = chosen(metrics, color)
    options = {"data_range": data_range, "bits": bits}
    _check_range(options)
    pair = _score_pair(reference, distorted, choices, options, alpha)
    if as_json:
        print_json({"iqametrics": __version__, "pairs": [pair.as_json()]})
    elif pair.image:
        _print_scores(pair, pair.image)
    failed = _report(pair, choices)
    ctx.exit(ExitCode.NOT_SCORED if failed else ExitCode.DONE)


def _check_range(options: dict[str, Any]) -> None:
    """Refuse a range that no image can have, before any file is read."""
    import numpy as np

    from iqametrics import inputs

    black = inputs.read(np.zeros((1, 1), np.uint8), None, "reference")
    try:
        inputs.data_range(black.stacks[0], options["data_range"], options["bits"], "reference")
    except RangeError as error:
        raise click.UsageError(str(error)) from error


def _score_pair(reference: str, distorted: str, choices: list[Choice], options: dict[str, Any], alpha: Any) -> Pair:
    from iqametrics import inputs
    from iqametrics.files import read_image

    pair = Pair(reference, distorted)
    try:
        x, y = read_image(reference, alpha=alpha), read_image(distorted, alpha=alpha)
        inputs.check_pair(inputs.read(x, None, "reference"), inputs.read(y, None, "distorted"))
        if x.shape[0] * x.shape[1] <= _SMALL_PIXELS:
            options = {**options, "backend": "numpy"}
        pair.scores = [_score(choice.metric, x, y, options) for choice in choices]
        pair.image = _describe(x)
    except _IMAGE_ERRORS as error:
        pair.error = str(error)
    return pair


def _score(metric: "Metric", x: "np.ndarray", y: "np.ndarray", options: dict[str, Any]) -> Score:
    try:
        return Score(metric, metric(x, y, **options))
    except ShapeError as error:  # too small for this metric; the others may do
        return Score(metric, error=str(error))


def _describe(image: "np.ndarray") -> dict[str, Any]:
    height, width = image.shape[:2]
    return {
        "height": height,
        "width": width,
        "channels": image.shape[2] if image.ndim == 3 else 1,
        "dtype": str(image.dtype),
    }


def _recipe(metric: "Metric") -> Any:
    return metric._recipe(metric.bound)


def _print_scores(pair: Pair, image: dict[str, Any]) -> None:
    rows = []
    for result in pair.scores:
        recipe = _recipe(result.metric)
        rows.append(
            [
                result.metric.name,
                "-" if result.value is None else f"{result.value:.6f}",
                direction(result.metric.higher_is_better),
                recipe.convention,
                recipe.color,
            ]
        )
    kind = {1: "grey", 3: "colour"}[image["channels"]]
    print_table(
        ["metric", ">score", "better", "convention", "color"],
        rows,
        f"{click.format_filename(pair.distorted)} against {click.format_filename(pair.reference)}\n"
        f"{image['width']} pixels wide, {image['height']} high, {kind}, {image['dtype']}\n",
    )


def _report(pair: Pair, choices: list[Choice]) -> bool:
    """Say on stderr what could not be scored; True if that is a failure.

    A metric that only came along with ``all`` and finds the image too small is none.
    """
    failed = pair.error is not None
    if pair.error is not None:
        print_error(pair.error)
    for choice, result in zip(choices, pair.scores, strict=False):
        if result.error is None:
            continue
        if choice.named:
            print_error(result.error)
            failed = True
        else:
            click.echo(f"Note: {result.error}", err=True)
    return failed
