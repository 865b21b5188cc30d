"""Every reader takes its set as the owners, and those who pass it on, lay it out."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from iqametrics.datasets import card, load
from iqametrics.errors import DependencyError
from tests.datasets import fake_trees as fake

SMALL = {
    "tid2013": (fake.scaled("tid2013", 2, 10), fake.write_tid),
    "tid2008": (fake.scaled("tid2008", 2, 8), fake.write_tid),
    "kadid10k": (fake.scaled("kadid10k", 2, 10), fake.write_kadid10k),
    "cidiq.50cm": (fake.scaled("cidiq.50cm", 3, 15), fake.write_cidiq),
    "cidiq.100cm": (fake.scaled("cidiq.100cm", 3, 15), fake.write_cidiq),
    "live": (fake.unhashed("live"), fake.write_live),
    "live.original": (fake.unhashed("live.original"), fake.write_live),
    "live_md": (fake.live_md_card(2), fake.write_live_md),
    "live_challenge": (fake.live_challenge_card(9), fake.write_live_challenge),
    "koniq10k": (fake.scaled("koniq10k", 0, 6), fake.write_koniq10k),
    "koniq10k.rescaled": (fake.scaled("koniq10k.rescaled", 0, 6), fake.write_koniq10k),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_whole_tree_loads_in_the_owners_order(name, tmp_path):
    facts, write = SMALL[name]
    scores = write(tmp_path, facts)
    loaded = load(facts, tmp_path)
    assert loaded.name == name
    assert len(loaded) == facts.counts.images
    assert loaded.table["type"].value_counts().to_dict() == dict(facts.counts.types)
    assert loaded.direction == facts.direction
    assert loaded.scores.tolist() == pytest.approx(scores, rel=0, abs=1e-12)
    assert list(loaded.table.columns[:6]) == [
        "reference",
        "distorted",
        "type",
        "level",
        "mos" if facts.direction == "quality" else "dmos",
        "std",
    ]
    assert all(path.is_file() for path in loaded.images())
    if facts.counts.references:
        assert all(reference.is_file() for reference, _ in loaded.pairs())


def test_tid_matches_names_without_case_and_marks_the_artificial_reference(tmp_path):
    facts, write = SMALL["tid2013"]
    write(tmp_path, facts)
    table = load(facts, tmp_path).table
    assert set(table["reference"]) == {"reference_images/I24.BMP", "reference_images/i25.bmp"}
    assert table["natural"].tolist() == ["I24" in name for name in table["reference"]]
    # Listed as i24_03_1.bmp, stored as I24_03_1.BMP: the table holds the spelling on disk.
    assert "distorted_images/I24_03_1.BMP" in set(table["distorted"])
    assert table.loc[table["distorted"] == "distorted_images/i24_08_2.bmp", "type"].tolist() == ["gaussian_blur"]


def test_tid2013_whole_passes_its_digests_and_equals_its_manifest(tmp_path):
    scores = fake.write_tid2013_whole(tmp_path)
    loaded = load("tid2013", tmp_path)
    assert loaded.scores.tolist() == scores
    assert loaded.table["std"].notna().all()
    assert len(loaded.subset(loaded.table["natural"])) == 2880


def test_tid2013_with_unix_line_ends_is_the_same_file(tmp_path):
    fake.write_tid2013_whole(tmp_path)
    for name in ("mos_with_names.txt", "mos_std.txt"):
        path = tmp_path / name
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    assert len(load("tid2013", tmp_path)) == 3000


def test_kadid_calls_its_quality_dmos_and_its_deviation_var(tmp_path):
    facts, write = SMALL["kadid10k"]
    write(tmp_path, facts)
    loaded = load(facts, tmp_path)
    assert loaded.direction == "quality"
    assert loaded.card.score == "mos"
    assert loaded.table["std"].unique().tolist() == [0.5]


def test_live_drops_reference_copies_and_keeps_the_generators_parameter(tmp_path):
    facts, write = SMALL["live"]
    write(tmp_path, facts)
    loaded = load(facts, tmp_path)
    assert (len(loaded), facts.counts.rows) == (779, 982)
    assert not loaded.table["distorted"].eq("databaserelease2/jp2k/img1.bmp").any()
    assert loaded.table["level"].isna().all()
    assert loaded.table["parameter"].unique().tolist() == [0.5]
    assert loaded.table["std"].notna().all()


def test_live_without_info_files_loads_without_parameters(tmp_path):
    facts, write = SMALL["live.original"]
    write(tmp_path, facts)
    for info in tmp_path.rglob("info.txt"):
        info.unlink()
    loaded = load(facts, tmp_path)
    assert loaded.table["parameter"].isna().all()
    assert loaded.table["std"].isna().all()


def test_csiq_workbook_with_a_number_for_a_name_and_folders_in_another_case(tmp_path):
    scores = fake.write_csiq_images(tmp_path)
    fake.write_csiq_workbook(tmp_path)
    loaded = load("csiq", tmp_path)
    assert loaded.scores.tolist() == scores
    assert loaded.table["distorted"][0] == "dst_imgs/AWGN/1600.AWGN.1.png"
    assert loaded.table["type"].value_counts()["contrast"] == 116


def test_csiq_export_with_decimal_commas(tmp_path):
    scores = fake.write_csiq_images(tmp_path)
    fake.write_csiq_export(tmp_path)
    assert load("csiq", tmp_path).scores.tolist() == scores


def test_csiq_without_openpyxl_names_the_remedy(tmp_path, monkeypatch):
    fake.write_csiq_images(tmp_path)
    fake.write_csiq_workbook(tmp_path)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(DependencyError, match=r"pip install .*datasets"):
        load("csiq", tmp_path)
    assert len(load("csiq", tmp_path, labels="manifest")) == 866


def test_cidiq_keeps_the_unrounded_scores_of_the_disk(tmp_path):
    facts = card("cidiq.50cm")
    scores = fake.write_cidiq(tmp_path, facts)
    loaded = load("cidiq.50cm", tmp_path)
    assert loaded.scores.tolist() == scores
    assert (len(loaded), loaded.table["reference"].nunique()) == (690, 23)
    assert loaded.table["std"].isna().all()


@pytest.mark.parametrize("spelling", ["Part {}", "Part_{}", "Part{}"])
def test_live_md_tells_the_two_parts_apart(tmp_path, spelling):
    facts = fake.live_md_card(2)
    scores = fake.write_live_md(tmp_path, facts, spelling)
    loaded = load(facts, tmp_path)
    assert loaded.scores.tolist() == scores
    twice = loaded.table[loaded.table["distorted"].str.endswith("/refa_blur1.bmp")]
    assert twice["part"].tolist() == ["1", "2"]
    assert twice["dmos"].nunique() == 2
    # Both parts have a copy of every reference: as two, a bootstrap by reference would take them for independent.
    assert loaded.table["reference"].nunique() == 2
    both = loaded.table[loaded.table["type"] == "blur+noise"]
    assert both["level"].isna().all()
    assert set(zip(both["blur_level"], both["second_level"], strict=True)) == {
        (k, j) for k in (1, 2, 3) for j in (1, 2, 3)
    }


def test_live_md_finds_references_that_were_moved(tmp_path):
    facts = fake.live_md_card(2)
    fake.write_live_md(tmp_path, facts)
    home = tmp_path / "To_Release"
    (home / "Ref_Images").mkdir()
    for reference in ("refa.bmp", "refb.bmp"):
        for folder in ("Part 1/blurjpeg", "Part 2/blurnoise"):
            (home / folder / reference).rename(home / "Ref_Images" / reference)
    assert all(reference.parent.name == "Ref_Images" for reference, _ in load(facts, tmp_path).pairs())


def test_live_challenge_leaves_the_training_images_out(tmp_path):
    facts, write = SMALL["live_challenge"]
    write(tmp_path, facts)
    table = load(facts, tmp_path).table
    assert not table["distorted"].str.contains("/t").any()
    assert table["reference"].isna().all()
    assert np.array_equal(table["mos"], table["std"])


def test_koniq_prefers_the_larger_images_and_takes_the_smaller_alone(tmp_path):
    facts = fake.scaled("koniq10k.rescaled", 0, 6)
    fake.write_koniq10k(tmp_path, facts, "512x384")
    assert load(facts, tmp_path).table["distorted"].str.startswith("512x384/").all()
    fake.write_koniq10k(tmp_path, facts, "1024x768")
    loaded = load(facts, tmp_path)
    assert loaded.table["distorted"].str.startswith("1024x768/").all()
    assert loaded.table["set"].unique().tolist() == ["training"]
    assert loaded.table["c_total"].unique().tolist() == [100]


def test_an_archives_own_folder_may_stand_around_the_set(tmp_path):
    facts, write = SMALL["kadid10k"]
    (tmp_path / "KADID10K").mkdir()
    write(tmp_path / "KADID10K", facts)
    loaded = load(facts, tmp_path)
    assert loaded.table["reference"][0] == "KADID10K/images/I01.png"


def test_real_kadid_and_koniq_label_files_load_in_full(reference_folder, tmp_path):
    labels = reference_folder / "data" / "mos"
    for name, file, write_as in (
        ("kadid10k", "kadid10k_dmos.csv", "dmos.csv"),
        ("koniq10k.rescaled", "koniq10k_distributions_sets.csv", "koniq10k_distributions_sets.csv"),
    ):
        root = tmp_path / name
        root.mkdir()
        lines = (labels / file).read_bytes()
        (root / write_as).write_bytes(lines)
        images = [line.split(",")[0] for line in lines.decode().splitlines()[1:]]
        if name == "kadid10k":
            fake.touch(root / "images", [*images, *(f"I{k:02d}.png" for k in range(1, 82))])
        else:
            fake.touch(root / "1024x768", images)
        loaded = load(name, root)
        assert len(loaded) == card(name).counts.images
    assert loaded.table["set"].value_counts().to_dict() == {
        "training": 7058,
        "test": 2015,
        "validation": 1000,
    }


def test_a_manifest_stands_in_for_missing_label_files(tmp_path):
    fake.write_tid2013_whole(tmp_path)
    (tmp_path / "mos_with_names.txt").unlink()
    loaded = load("tid2013", tmp_path, labels="manifest")
    assert len(loaded) == 3000
    assert loaded.pairs()[0][0].is_file()


def test_a_scaled_card_is_only_a_card(tmp_path):
    """Counts come from the card alone: a card that expects more refuses the same tree."""
    facts, write = SMALL["koniq10k"]
    write(tmp_path, facts)
    more = replace(facts, counts=replace(facts.counts, images=7, types={"authentic": 7}))
    with pytest.raises(ValueError, match="6 images are listed, expected 7"):
        load(more, tmp_path)
