"""The cards and manifests that come with the package are complete, consistent and named."""

import subprocess
import sys

import numpy as np
import pytest

from iqametrics import datasets
from iqametrics.datasets.cards import read_card
from iqametrics.errors import DatasetError, UnknownDatasetError

NAMES = datasets.names()

SHIPPED = ["cidiq.100cm", "cidiq.50cm", "csiq", "live", "live.original", "tid2013"]


def test_names():
    expected = ["kadid10k", "koniq10k", "koniq10k.rescaled", "live_challenge", "live_md", "tid2008", *SHIPPED]
    assert sorted(expected) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_card_says_whose_it_is_and_what_it_holds(name):
    card = datasets.card(name)
    assert card.name == name
    assert card.reader
    assert card.homepage.startswith("http")
    assert len(card.citation) > 80
    assert len(card.notice) > 80
    assert {"reference", "distorted", "type", "level", card.score, "std"} <= set(card.columns)
    assert sum(card.counts.types.values()) == card.counts.images
    assert set().union(*card.subsets.values()) <= set(card.counts.types)
    for digests in card.sha256.values():
        assert all(len(digest) == 64 and int(digest, 16) for digest in digests)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_manifests_agree_with_their_cards(name):
    manifest = datasets.manifest(name)
    counts = manifest.card.counts
    assert len(manifest) == counts.images
    assert manifest.table["type"].value_counts().to_dict() == dict(counts.types)
    assert manifest.table["reference"].nunique() == counts.references
    assert np.isfinite(manifest.scores).all()
    assert set(manifest.table.columns) <= set(manifest.card.columns)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("live", -2.64, 111.77),
        ("csiq", 0.0, 1.0),
        ("tid2013", 0.242, 7.214),
        ("cidiq.50cm", 1.18, 7.65),
        ("cidiq.100cm", 1.0, 7.76),
    ],
)
def test_scores_span_the_native_range(name, low, high):
    scores = datasets.manifest(name).scores
    assert (scores.min(), scores.max()) == pytest.approx((low, high), abs=0.005)


@pytest.mark.parametrize("name", ["tid2008", "kadid10k", "live_md", "live_challenge", "koniq10k"])
def test_sets_without_a_manifest_say_so(name):
    with pytest.raises(DatasetError, match="load it from its own files"):
        datasets.manifest(name)


def test_a_manifest_alone_has_no_files():
    manifest = datasets.manifest("csiq")
    for ask in (manifest.pairs, manifest.images):
        with pytest.raises(DatasetError, match=r"call iqametrics.datasets.load\('csiq', root\)"):
            ask()


def test_levels_and_directions():
    tid = datasets.manifest("tid2013").table
    means = tid.groupby(["type", "level"])["mos"].mean()
    # The published means: contrast change alternates with its level, local blocks improve with it.
    assert means["contrast_change"].tolist() == pytest.approx([5.63, 6.48, 4.48, 6.29, 3.45], abs=0.01)
    assert means["local_blocks"].is_monotonic_increasing
    assert datasets.manifest("live").table["level"].isna().all()
    assert {name for name in NAMES if datasets.card(name).direction == "distortion"} == {
        "csiq",
        "live",
        "live.original",
        "live_md",
    }


def test_cidiq_and_live_variants_share_images_and_differ_in_scores():
    for one, other in (("cidiq.50cm", "cidiq.100cm"), ("live", "live.original")):
        one, other = datasets.manifest(one), datasets.manifest(other)
        assert one.table["distorted"].equals(other.table["distorted"])
        assert not np.allclose(one.scores, other.scores)
    assert "dmos_original" not in datasets.manifest("live").table
    assert datasets.manifest("live").table["std"].notna().all()
    assert datasets.manifest("live.original").table["std"].isna().all()


def test_names_are_found_in_any_case():
    assert datasets.card("TID2013").name == "tid2013"


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("tid2014", "did you mean tid2013"),
        ("cidiq", "did you mean cidiq.100cm or cidiq.50cm"),
        ("pipal", "give the path of a CSV"),
        ("../secrets", "No data set is called"),
    ],
)
def test_unknown_names_get_advice(asked, advice):
    with pytest.raises(UnknownDatasetError, match=advice.replace(".", r"\.")):
        datasets.card(asked)


def test_subsets_of_tid2013():
    tid = datasets.manifest("tid2013")
    sizes = {name: len(tid.subset(name)) for name in tid.card.subsets}
    assert sizes == {"noise": 1375, "actual": 1125, "simple": 375, "exotic": 1125, "new": 875, "color": 750}
    assert len(tid.subset("jpeg")) == 125
    assert tid.subset(tid.table["level"] == 5).table.index.tolist() == list(range(600))
    with pytest.raises(DatasetError, match="no type or subset 'Jpeg'; it has: actual, additive_gaussian"):
        tid.subset("Jpeg")
    with pytest.raises(DatasetError, match="mask has 2 entries for 3000 rows"):
        tid.subset([True, False])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = 'x'", "is not a data set's card: KeyError"),
        ("title = 'x'\ndirection = 'up'", "direction is 'up'; it must be 'quality'"),
        ("title = ", "can't be read"),
        (
            "title = 'x'\ndirection = 'quality'\n[counts]\nimages = 3\nreferences = 1\ntypes = {a = 1}",
            "add up to 1",
        ),
        ("title = 'x'\ndirection = 'quality'\ncsv = '../x.csv'", "is refused"),
        ("title = 'x'\ndirection = 'quality'\ncsv = 'folder/x.csv'", "must lie beside its card"),
    ],
)
def test_cards_that_are_none(tmp_path, text, message):
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(DatasetError, match=message):
        read_card(tmp_path, "x")


def test_importing_datasets_imports_nothing_heavy():
    code = (
        "import sys, iqametrics.datasets, iqametrics.cli.manifest\n"
        "iqametrics.datasets.card('live')\n"
        "heavy = {'pandas', 'numpy', 'scipy', 'openpyxl', 'rich', 'torch', 'numba'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
