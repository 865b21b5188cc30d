"""Write the CSV files in data_manifests from label files at hand.

    python -m benchmarks.build_data_manifests LABELS [NAME ...] [--out data_manifests]

LABELS is a folder with the owners' label files and the indices made from them::

    live/{dmos,dmos_realigned}.mat, live/live2_dmos_realigned.csv
    csiq/csiq_dmos.csv
    tid2013/{mos_with_names,mos_std}.txt
    index/{CIDIQ_MOS50,CIDIQ_MOS100}.txt

The cards (.toml) are written by hand; they name the files by sha256 (made_from), and no others are taken.
"""

from pathlib import Path

import click
import numpy as np
import pandas as pd

from iqametrics.datasets import card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import mat_vector, sha256_of
from iqametrics.datasets.readers import cidiq, csiq, tid
from iqametrics.datasets.tables import ordered, to_csv
from iqametrics.datasets.tree import Tree
from iqametrics.errors import DatasetError
from iqametrics.report.atomic import write_text


def read_with(reader, name: str, labels: Path) -> pd.DataFrame:
    """Read label files with the package's own reader; the images need not be there."""
    facts = card(name)
    return ordered(reader.read(Tree(labels), facts, Findings(facts.title, labels)), facts)


def tid2013_table(labels: Path) -> pd.DataFrame:
    """Take the owners' two text files as they are."""
    return read_with(tid, "tid2013", labels / "tid2013")


def csiq_table(labels: Path) -> pd.DataFrame:
    """Take the export of the owners' workbook as it is."""
    return read_with(csiq, "csiq", labels / "csiq")


def live_table(labels: Path) -> pd.DataFrame:
    """Join both sets of scores by position; the names come from a list that goes with the realigned ones.

    The owners' own list of references, refnames_all.mat, was not at hand; the join is proved by the scores.
    """
    blocks = card("live").counts.entries
    rows = sum(blocks.values())
    realigned, original = (labels / "live" / name for name in ("dmos_realigned.mat", "dmos.mat"))
    copies = mat_vector(realigned, "orgs", rows) != 0
    if not np.array_equal(copies, mat_vector(original, "orgs", rows) != 0):
        raise DatasetError("The two label files mark different images as reference copies.")
    images = [f"{folder}/img{k}.bmp" for folder, size in blocks.items() for k in range(1, size + 1)]
    by_position = pd.DataFrame(
        {
            "distorted": images,
            "dmos": mat_vector(realigned, "dmos_new", rows),
            "std": mat_vector(realigned, "dmos_std", rows),
            "dmos_original": mat_vector(original, "dmos", rows),
        }
    )[~copies].reset_index(drop=True)
    listed = pd.read_csv(labels / "live" / "live2_dmos_realigned.csv")
    if list(listed["dst_type"] + "/" + listed["dist_img"]) != list(by_position["distorted"]):
        raise DatasetError("live2_dmos_realigned.csv names other images, or in another order, than orgs implies.")
    if not np.allclose(listed["dmos_new"], by_position["dmos"], rtol=0, atol=1e-12):
        raise DatasetError("live2_dmos_realigned.csv has other scores than dmos_realigned.mat.")
    table = by_position.assign(reference="refimgs/" + listed["refnames_all"], type=listed["dst_type"])
    return ordered(table, card("live"))


def cidiq_table(labels: Path) -> pd.DataFrame:
    """Join the two distances; the indices' paths start with a folder of their own."""
    scores = {}
    for distance in ("50", "100"):
        index = pd.read_csv(labels / "index" / f"CIDIQ_MOS{distance}.txt")
        paths = index["dis_img_path"].str.partition("/")[2]
        scores[f"mos_{distance}cm"] = dict(zip(paths, index["score"], strict=True))
    rows = [
        {
            "reference": f"Images/Original/final{reference:02d}.bmp",
            "distorted": cidiq.distorted_path(kind, reference, level),
            "type": kind,
            "level": level,
        }
        for kind in cidiq.FOLDERS
        for reference in range(1, card("cidiq.50cm").counts.references + 1)
        for level in range(1, cidiq.LEVELS + 1)
    ]
    table = pd.DataFrame(rows)
    for column, known in scores.items():
        table[column] = table["distorted"].map(known)
        if table[column].isna().any() or len(known) != len(table):
            raise DatasetError(f"{column}: the index does not name the {len(table)} images of the set.")
    return table


CARDS = {"cidiq": "cidiq.50cm", "csiq": "csiq", "live": "live", "tid2013": "tid2013"}

TABLES = {"cidiq": cidiq_table, "csiq": csiq_table, "live": live_table, "tid2013": tid2013_table}


@click.command()
@click.argument("labels", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1, type=click.Choice(sorted(TABLES)))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("data_manifests"))
def main(labels: Path, names: tuple[str, ...], out: Path) -> None:
    """Write the manifests' CSV files from the label files in LABELS: of all sets, or of those named."""
    for name in names or TABLES:
        facts = card(CARDS[name])
        for source, digest in facts.made_from.items():
            if sha256_of(labels / source) != digest:
                raise DatasetError(f"{labels / source} is not the file that the card of {facts.title} names.")
        table = TABLES[name](labels)
        write_text(out / f"{name}.csv", to_csv(table))
        click.echo(f"{name}: {len(table)} images")


if __name__ == "__main__":
    main()
