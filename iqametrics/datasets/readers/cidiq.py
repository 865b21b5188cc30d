"""CID:IQ, the Colourlab Image Database (Liu, Pedersen and Hardeberg 2014)."""

from typing import TYPE_CHECKING

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.labels import label_files, mat_vector
from iqametrics.datasets.readers.parts import expected_counts
from iqametrics.datasets.tree import Tree

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("CIDIQ",)

LEVELS = 5

FOLDERS = {
    "jpeg2000": "1_JPEG2000_Compression",
    "jpeg": "2_JPEG_Compression",
    "poisson_noise": "3_Poisson_Noise",
    "gaussian_blur": "4_Gaussian_Blur",
    "sgck_gamut_mapping": "5_SGCK_Gamut_Mapping",
    "deltae_gamut_mapping": "6_DeltaE_Gamut_Mapping",
}
"""Folder of each type. The readme lists them in another order; the scores follow the folders' numbers."""


def read(tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame":
    """Read the scores of one viewing distance: by folder, then by reference, then by level."""
    import pandas as pd

    counts = expected_counts(card)
    names = [
        (kind, reference, level)
        for kind in FOLDERS
        for reference in range(1, counts.references + 1)
        for level in range(1, LEVELS + 1)
    ]
    file = card.source["scores"]
    files = label_files(tree, card, findings, needed=[file])
    return pd.DataFrame(
        {
            "reference": [f"Images/Original/final{reference:02d}.bmp" for _, reference, _ in names],
            "distorted": [distorted_path(*name) for name in names],
            "type": [kind for kind, _, _ in names],
            "level": [level for _, _, level in names],
            "mos": mat_vector(files[file], card.source["score"], len(names)),
        }
    )


def distorted_path(kind: str, reference: int, level: int) -> str:
    """Return the path of a distorted image in the owners' distribution."""
    folder = FOLDERS[kind]
    return f"Images/Reproduction/{folder}/final{reference:02d}_d{folder[0]}_l{level}.bmp"
