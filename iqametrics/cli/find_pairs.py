"""What ``iqametrics score`` is asked to score: two files, two folders, the lines of a CSV, a data set, or images alone."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iqametrics.cli.dataset_options import faults_line_by_line
from iqametrics.cli.output import shown
from iqametrics.cli.verdict import MOST_LINES
from iqametrics.errors import PairingError
from iqametrics.scoring.pairing import Pair, Pairing, folder_images, pair_folders

if TYPE_CHECKING:
    from iqametrics.datasets.cards import Direction


def is_alone(reference: str, distorted: str | None) -> bool:
    """Whether the arguments are an image or a folder of images without references."""
    return distorted is None and (Path(reference).suffix.lower() != ".csv" or Path(reference).is_dir())


def find_pairs(
    reference: str, distorted: str | None, by: str | None, allow_unmatched: bool, maps: Path | None
) -> tuple[list[Pair], bool]:
    """The pairs that the arguments stand for, and whether they are two files alone, or one.

    Parameters
    ----------
    reference, distorted : str
        Two files, or two folders; or a CSV of pairs, an image or a folder, and None.
    by : str, optional
        How to pair folders.
    allow_unmatched : bool
        Whether images without a partner are left out; otherwise they are an error.
    maps : Path, optional
        Folder that holds maps of earlier calls, which are no distorted images.
    """
    folders = distorted is not None and Path(reference).is_dir() and Path(distorted).is_dir()
    if not folders and (by or allow_unmatched):
        option = "--pair" if by else "--allow-unmatched"
        raise click.UsageError(f"{option} is for two folders")
    if is_alone(reference, distorted):
        if not Path(reference).is_dir():
            return [Pair(None, reference, name=Path(reference).name)], True
        found = folder_images(Path(reference), [maps] if maps else [])
        _tell(found, allow_unmatched)
        return found.pairs, False
    if distorted is None:
        from iqametrics.scoring.pair_list import read_pairs

        return read_pairs(Path(reference)), False
    if folders:
        pairing = pair_folders(Path(reference), Path(distorted), by or "stem", [maps] if maps else [])
        _tell(pairing, allow_unmatched)
        return pairing.pairs, False
    return [Pair(reference, distorted, name=Path(distorted).name)], True


def find_dataset_pairs(name: str, root: Path | None, direction: "Direction | None") -> list[Pair]:
    """The pairs of a data set.

    Parameters
    ----------
    name : str
        A data set that iqametrics knows, or the path of a manifest.
    root : Path
        Folder that holds its images.
    direction : {"quality", "distortion"}, optional
        What a higher opinion score means, where the manifest has no card that says it.
    """
    if root is None:
        raise click.UsageError("--manifest needs --root, the folder that its paths are seen from")
    from iqametrics.datasets import load
    from iqametrics.scoring.manifest_pairs import dataset_pairs

    with faults_line_by_line():
        return dataset_pairs(load(name, root, direction=direction))


def _tell(pairing: Pairing, allow_unmatched: bool) -> None:
    """List on stderr what is left over; an error, unless that is allowed or nothing is."""
    _name("no images by their names, left out", map(str, pairing.others))
    _name("no reference for", map(str, pairing.without_reference))
    _name("no distorted image for", map(str, pairing.without_distorted))
    _name(
        "more than one reference for",
        (f"{path} ({', '.join(map(str, found))})" for path, found in pairing.ambiguous.items()),
    )
    if not pairing.complete and not allow_unmatched:
        counts = {
            "without a reference": len(pairing.without_reference),
            "without a distorted image": len(pairing.without_distorted),
            "with several references": len(pairing.ambiguous),
        }
        left = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        raise PairingError(
            f"the folders don't pair up: {left}; pair them in another way (--pair prefix takes a_q10 for a version of a), "
            "list the pairs in a CSV, or pass --allow-unmatched to leave these out"
        )
    if not pairing.pairs:
        raise PairingError("no two images of the folders belong together; pair them in another way (--pair)")


def _name(what: str, names: Iterable[str]) -> None:
    lines = [shown(name) for name in names]
    for line in lines[:MOST_LINES]:
        click.echo(f"Note: {what}: {line}", err=True)
    if len(lines) > MOST_LINES:
        click.echo(f"Note: {what}: {len(lines) - MOST_LINES} more", err=True)
