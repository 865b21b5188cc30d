"""The manifests in the package are the owners' label files, row for row."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.io import loadmat

from benchmarks import build_data_manifests
from iqametrics import datasets
from iqametrics.datasets.readers import live_md
from iqametrics.errors import DatasetError


@pytest.fixture(scope="module")
def labels(reference_folder):
    return reference_folder / "data" / "mos"


def test_manifests_are_what_the_label_files_give(labels, tmp_path):
    done = CliRunner().invoke(build_data_manifests.main, [str(labels), "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    shipped = [datasets.card(name).table for name in ("cidiq.50cm", "csiq", "live", "tid2013")]
    assert built == {table.name: table.read_bytes() for table in shipped}


def test_manifests_are_not_made_from_other_files(labels, tmp_path):
    for source in datasets.card("csiq").made_from:
        (tmp_path / source).parent.mkdir()
        (tmp_path / source).write_bytes(
            (labels / source).read_bytes().replace(b"0,06198940631407", b"0,06198940631408")
        )
    done = CliRunner().invoke(build_data_manifests.main, [str(tmp_path), "csiq", "--out", str(tmp_path / "out")])
    assert isinstance(done.exception, DatasetError)
    assert "csiq_dmos.csv is not the file" in str(done.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("variant", ["live", "live.original"])
def test_live_equals_the_mat_files(labels, variant):
    card = datasets.card(variant)
    arrays = loadmat(labels / "live" / card.source["scores"])
    rated = arrays["orgs"][0] == 0
    images = np.array([f"{kind}/img{k}.bmp" for kind, n in card.counts.entries.items() for k in range(1, n + 1)])
    manifest = datasets.manifest(variant)
    assert (len(images), int((~rated).sum())) == (982, 203)
    assert manifest.table["distorted"].tolist() == images[rated].tolist()
    assert manifest.scores.tolist() == arrays[card.source["score"]][0][rated].tolist()
    assert not arrays[card.source["score"]][0][~rated].any()


def test_live_references_are_those_of_a_second_index(labels):
    index = pd.read_csv(labels / "index" / "LIVE.txt")
    table = datasets.manifest("live").table
    assert ("LIVE/" + table["distorted"]).tolist() == index["dis_img_path"].tolist()
    assert ("LIVE/" + table["reference"]).tolist() == index["ref_img_path"].tolist()
    known = {str(cell[0]) for cell in loadmat(labels / "live/refnames_all.reordered.mat")["refnames_all"].ravel()}
    assert set(table["reference"].str.removeprefix("refimgs/")) == known
    per_reference = table.groupby(["reference", "type"]).size().unstack()
    assert per_reference[["wn", "gblur", "fastfading"]].eq(5).all(axis=None)
    assert per_reference[["jp2k", "jpeg"]].isin([5, 6, 7]).all(axis=None)


def test_tid2013_equals_the_label_files(labels):
    table = datasets.manifest("tid2013").table
    lines = [line.split() for line in (labels / "tid2013/mos_with_names.txt").read_text().splitlines()]
    assert table["mos"].tolist() == [float(mos) for mos, _ in lines]
    assert table["distorted"].tolist() == [f"distorted_images/{name}" for _, name in lines]
    assert table["std"].tolist() == [float(x) for x in (labels / "tid2013/mos_std.txt").read_text().split()]
    assert int((table["distorted"].str.contains("/I")).sum()) == 75


def test_tid2013_types_and_subsets_are_the_groups_of_a_second_table(reference_folder):
    folder = reference_folder / "data/published_scores/tid2013"
    tid = datasets.manifest("tid2013")
    codes = dict(enumerate(tid.card.counts.types, start=1))
    for name, kinds in tid.card.subsets.items():
        group = pd.read_csv(folder / "by_group" / f"{name.capitalize()}.csv")
        assert {codes[int(code)] for code in group["distortion"]} == set(kinds)
    data = pd.read_csv(folder / "data.csv")
    assert tid.table["level"].tolist() == data["level"].tolist()
    assert tid.scores.tolist() == data["MOS"].tolist()


def test_csiq_equals_the_export_and_a_second_index(labels):
    table = datasets.manifest("csiq").table
    export = pd.read_csv(labels / "csiq/csiq_dmos.csv", decimal=",")
    assert table["dmos"].tolist() == export["dmos"].tolist()
    assert table["std"].tolist() == export["dmos_std"].tolist()
    index = pd.read_csv(labels / "index/CSIQ.txt")
    second = dict(zip(index["dis_img_path"].str.casefold(), index["score"], strict=True))
    ours = dict(zip("csiq/" + table["distorted"].str.casefold(), table["dmos"], strict=True))
    assert ours.keys() == second.keys()
    assert max(abs(ours[name] - second[name]) for name in ours) < 5.1e-6


@pytest.mark.parametrize("distance", ["50", "100"])
def test_cidiq_equals_the_index(labels, distance):
    index = pd.read_csv(labels / f"index/CIDIQ_MOS{distance}.txt")
    table = datasets.manifest(f"cidiq.{distance}cm").table
    ours = f"CIDIQ_MOS{distance}/" + table["distorted"]
    assert dict(zip(ours, table["mos"], strict=True)) == dict(zip(index["dis_img_path"], index["score"], strict=True))
    references = dict(zip(index["dis_img_path"], index["ref_img_path"], strict=True))
    assert [f"CIDIQ_MOS{distance}/{name}" for name in table["reference"]] == [references[name] for name in ours]


def test_two_decimals_of_cidiq_are_seventeenths(labels):
    """17 observers: every printed mean is a rounded seventeenth, which the card's tolerance allows for."""
    scores = datasets.manifest("cidiq.50cm").scores.to_numpy()
    assert np.abs(np.rint(scores * 17) / 17 - scores).max() <= datasets.card("cidiq.50cm").tolerance


@pytest.mark.parametrize(
    ("name", "file", "at"),
    [
        ("live", "dmos_realigned.mat", "live/dmos_realigned.mat"),
        ("live", "dmos.mat", "live/dmos.mat"),
        ("tid2013", "mos_with_names.txt", "tid2013/mos_with_names.txt"),
        ("tid2013", "mos_std.txt", "tid2013/mos_std.txt"),
        ("koniq10k.rescaled", "koniq10k_distributions_sets.csv", "koniq10k_distributions_sets.csv"),
    ],
)
def test_digests_are_those_of_the_files_at_hand(labels, name, file, at):
    digest = hashlib.sha256((labels / at).read_bytes()).hexdigest()
    assert datasets.card(name).sha256[file][0] == digest


def test_no_digest_is_stated_for_a_file_that_was_not_at_hand():
    stated = {(datasets.card(name).reader, file) for name in datasets.names() for file in datasets.card(name).sha256}
    assert stated == {
        ("live", "dmos_realigned.mat"),
        ("live", "dmos.mat"),
        ("tid", "mos_with_names.txt"),
        ("tid", "mos_std.txt"),
        ("koniq10k", "koniq10k_distributions_sets.csv"),
    }


def test_directions_agree_with_the_levels(labels):
    """KADID-10k's "dmos" falls with the level, so it is a quality; CSIQ's rises."""
    kadid = pd.read_csv(labels / "kadid10k_dmos.csv")
    by_level = kadid.groupby(kadid["dist_img"].str[-5])["dmos"].mean()
    assert by_level.is_monotonic_decreasing
    csiq = datasets.manifest("csiq").table
    assert csiq.groupby("level")["dmos"].mean()[:4].is_monotonic_increasing


@pytest.mark.parametrize(
    ("name", "index", "unlisted"),
    [
        ("tid2008", "TID2008", 0),
        ("kadid10k", "KADID-10k", 0),
        ("live_md", "LIVE_MD", 0),
        ("koniq10k", "KonIQ-10k", 0),
        # The index has 1161 of the 1162 images that the owners' readme counts.
        ("live_challenge", "LIVE_Challenge", 1),
    ],
)
def test_expected_counts_are_those_of_an_index(labels, name, index, unlisted):
    rows = pd.read_csv(labels / "index" / f"{index}.txt")
    counts = datasets.card(name).counts
    assert len(rows) == counts.images - unlisted
    if counts.references:
        assert rows["ref_img_path"].nunique() == counts.references
    if name in ("tid2008", "kadid10k"):
        codes = rows["dis_img_path"].str.split("_").str[-2].astype(int)
        assert codes.value_counts().sort_index().tolist() == list(counts.types.values())


def test_live_md_types_are_those_of_an_index(labels):
    rows = pd.read_csv(labels / "index" / "LIVE_MD.txt")
    names = rows["dis_img_path"].str.rpartition("/")[2]
    kinds = names.map(lambda name: live_md._distortion(name)["type"])
    assert kinds.value_counts().to_dict() == dict(datasets.card("live_md").counts.types)
    assert names.duplicated().sum() == 45
