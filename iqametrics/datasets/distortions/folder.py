"""A folder of distorted images with its manifest: begun, gone on with after a kill, completed."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing

from iqametrics.datasets.distortions.making import Made, make
from iqametrics.datasets.distortions.plan import Original, Plan
from iqametrics.datasets.distortions.rows import Row, opened, read_rows, write_manifest
from iqametrics.errors import OptionError


def distort_files(originals: Sequence[Original], plan: Plan, workers: int) -> Generator[Made, None, None]:
    """Distort files, and write a manifest of all distorted images in the folder when done.

    Rows are written down one by one, so that a run that was killed goes on where it was: what is there, unchanged, and would
    be made the same way again is kept. Rows of other types and levels that earlier runs have made stay in the manifest.

    Parameters
    ----------
    originals : sequence of Original
        The files.
    plan : Plan
        What to make of each, and where to.
    workers : int
        How many threads distort.

    Yields
    ------
    Made
        In the order of the originals, types and levels.

    Raises
    ------
    OptionError
        Another preset or seed has made images that this run would write over.
    DatasetError
        The folder has a file of the manifest's name that is none.
    """
    known = read_rows(plan.folder)
    _refuse_others(known, plan, originals)
    rows = dict(known)
    with (
        opened(plan.folder, known.values()) as ledger,
        closing(make(originals, plan, known, ledger, workers)) as results,
    ):
        for made in results:
            if made.row is None:
                rows.pop(plan.target(made.original, made.type, made.level).as_posix(), None)
            else:
                rows[made.row.distorted] = made.row
            yield made
    write_manifest(plan.folder, sorted(row for row in rows.values() if (plan.folder / row.distorted).is_file()))


def _refuse_others(known: Mapping[str, Row], plan: Plan, originals: Sequence[Original]) -> None:
    others = {path: row for path, row in known.items() if (row.preset, row.seed) != (plan.preset, str(plan.seed))}
    if not others:
        return
    for original in originals:
        for case in plan.cases:
            row = others.get(plan.target(original, *case).as_posix())
            if row:
                raise OptionError(
                    f"{plan.folder / row.distorted} was made with preset {row.preset} and seed {row.seed}, not "
                    f"{plan.preset} and {plan.seed}; choose another folder"
                )
