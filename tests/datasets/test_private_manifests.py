"""Sets of one's own come in through a CSV, alone or with a card, and go out as a checkable manifest."""

import pandas as pd
import pytest
from click.testing import CliRunner

from iqametrics.cli import main
from iqametrics.datasets import load, manifest
from iqametrics.datasets.manifests import with_digests, write_manifest
from iqametrics.errors import DatasetError
from tests.datasets import fake_trees as fake

TABLE = """ref,dist,score,std,type,level,set
Originals/A.png,Copies/a 1.png,3.5,0.5,blur,1,train
Originals/A.png,Copies/a#2.png,2.5,0.25,blur,2,train
originals/b.png,copies/b1.png,4.5,,"noise, strong",,test
"""


@pytest.fixture
def private(tmp_path):
    root = tmp_path / "root"
    fake.touch(root, ["originals/A.png", "originals/B.PNG", "Copies/a 1.png", "Copies/a#2.png", "Copies/B1.png"])
    table = tmp_path / "mine.csv"
    table.write_text(TABLE)
    return table, root


def test_aliases_gaps_and_case(private):
    table, root = private
    loaded = load(table, root, direction="quality")
    assert loaded.name == "mine"
    assert loaded.table["distorted"].tolist() == ["Copies/a 1.png", "Copies/a#2.png", "Copies/B1.png"]
    assert loaded.table["reference"].tolist() == ["originals/A.png", "originals/A.png", "originals/B.PNG"]
    assert loaded.table["mos"].tolist() == [3.5, 2.5, 4.5]
    assert loaded.table["std"].isna().tolist() == [False, False, True]
    assert loaded.table["level"].isna().tolist() == [False, False, True]
    assert loaded.table["set"].tolist() == ["train", "train", "test"]
    assert str(table) != str(loaded.root)


def test_the_direction_names_the_scores(private):
    table, root = private
    assert load(str(table), root, direction="distortion").table["dmos"].tolist() == [3.5, 2.5, 4.5]


def test_a_csv_without_a_card_must_say_its_direction(private):
    table, root = private
    with pytest.raises(DatasetError, match=r"has no card mine\.toml beside it: say direction="):
        load(table, root)


def test_a_card_beside_it_speaks_for_it(private):
    table, root = private
    card = "title = 'My set'\ndirection = 'quality'\ncsv = 'mine.csv'\n"
    card += "score_column = 'score'\nstd_column = 'std'\n"
    table.with_suffix(".toml").write_text(card + "[counts]\nimages = 3\nreferences = 2\n")
    assert load(table, root).card.title == "My set"
    with pytest.raises(DatasetError, match="says that direction is 'quality', the call 'distortion'"):
        load(table, root, direction="distortion")
    table.with_suffix(".toml").write_text(card + "[counts]\nimages = 4\nreferences = 2\n")
    with pytest.raises(DatasetError, match="3 images are listed, expected 4"):
        load(table, root)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("image,mos\na.png,1\n", "has no column 'distorted'"),
        ("distorted,opinion\na.png,1\n", "must have one column of scores"),
        ("distorted,mos,dmos\na.png,1,2\n", "must have one column of scores"),
        ("distorted,dmos\na.png,1\n", "calls its scores 'dmos', but its direction is 'quality'"),
        ("distorted,mos,level\na.png,1,1.5\n", "levels must be whole numbers"),
        ("distorted,mos\na.png,high\n", "column mos, row 1: 'high' is not a number"),
        ("distorted,mos\n", "no images are listed"),
        ("", "can't be read"),
    ],
)
def test_tables_that_say_nonsense(tmp_path, text, message):
    fake.touch(tmp_path, ["a.png"])
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DatasetError, match=message):
        load(tmp_path / "t.csv", tmp_path, direction="quality")


def test_a_table_that_is_not_there(tmp_path):
    with pytest.raises(DatasetError, match="can't be read"):
        load(tmp_path / "t.csv", tmp_path, direction="quality")


def test_references_of_one_name_in_two_folders_are_two(tmp_path):
    fake.touch(tmp_path, ["a/ref.png", "b/ref.png", "x.png", "y.png"])
    (tmp_path / "t.csv").write_text("ref,dist,mos\na/ref.png,x.png,3\nb/ref.png,y.png,4\n")
    _, card = write_manifest(load(tmp_path / "t.csv", tmp_path, direction="quality"), tmp_path / "out")
    assert "references = 2" in card.read_text()


def test_a_set_without_types_says_so(tmp_path):
    fake.touch(tmp_path, ["a.png"])
    (tmp_path / "t.csv").write_text("distorted,mos\na.png,3\n")
    with pytest.raises(DatasetError, match="has no type or subset 'blur'; it has: none"):
        load(tmp_path / "t.csv", tmp_path, direction="quality").subset("blur")


def test_no_reference_sets_have_images_but_no_pairs(tmp_path):
    fake.touch(tmp_path, ["a.png"])
    (tmp_path / "t.csv").write_text("distorted,mos\na.png,3\n")
    loaded = load(tmp_path / "t.csv", tmp_path, direction="quality")
    assert loaded.images() == [tmp_path / "a.png"]
    with pytest.raises(DatasetError, match="a no-reference metric"):
        loaded.pairs()


def run(*arguments):
    return CliRunner().invoke(main, ["manifest", *(str(argument) for argument in arguments)])


def test_build_and_check_a_private_set(private, tmp_path):
    table, root = private
    out = tmp_path / "out"
    done = run("build", table, "--root", root, "--direction", "quality", "--output", out, "--sha256")
    assert done.exit_code == 0, done.output
    assert "3 images of mine" in done.output
    assert sorted(path.name for path in out.iterdir()) == ["mine.csv", "mine.toml"]
    done = run("check", out / "mine.csv", "--root", root)
    assert done.exit_code == 0, done.output
    assert "is complete: 3 images, 5 files have the sha256 of the manifest" in done.output

    (root / "Copies/B1.png").write_bytes(b"y")
    done = run("check", out / "mine.csv", "--root", root)
    assert done.exit_code == 1
    assert "files that are not those the manifest was built from (1): Copies/B1.png" in done.output
    (root / "Copies/B1.png").unlink()
    done = run("check", out / "mine.csv", "--root", root)
    assert done.exit_code == 1
    assert "missing images (1): Copies/B1.png" in done.output


def test_what_is_built_reads_back_as_it_was(private, tmp_path):
    table, root = private
    run("build", table, "--root", root, "--direction", "quality", "--output", tmp_path / "out")
    before = load(table, root, direction="quality")
    after = load(tmp_path / "out/mine.csv", root)
    pd.testing.assert_frame_equal(before.table, after.table)
    assert after.direction == "quality"
    assert after.card.counts.images == 3


def test_a_known_set_builds_a_manifest_with_its_owners_notice(tmp_path):
    fake.write_csiq_images(tmp_path)
    fake.write_csiq_export(tmp_path)
    done = run("build", "csiq", "--root", tmp_path, "--output", tmp_path / "out")
    assert done.exit_code == 0, done.output
    again = load(tmp_path / "out/csiq.csv", tmp_path)
    original = load("csiq", tmp_path)
    pd.testing.assert_frame_equal(original.table, again.table)
    assert (again.notice, again.citation) == (original.notice, original.citation)
    assert again.card.counts == original.card.counts


def test_check_of_a_known_set(tmp_path):
    fake.write_tid2013_whole(tmp_path)
    done = run("check", "tid2013", "--root", tmp_path)
    assert done.exit_code == 0
    assert "is complete: 3000 images" in done.output
    (tmp_path / "reference_images/i25.bmp").unlink()
    done = run("check", "tid2013", "--root", tmp_path)
    assert done.exit_code == 1
    assert "missing reference images (1): reference_images/I25.BMP" in done.output


def test_check_without_label_files(tmp_path):
    fake.write_csiq_images(tmp_path)
    done = run("check", "csiq", "--root", tmp_path)
    assert done.exit_code == 1
    assert done.stdout == "csiq.DMOS.xlsx or csiq_dmos.csv\n"
    assert "--labels manifest" in done.stderr
    assert run("check", "csiq", "--root", tmp_path, "--labels", "manifest").exit_code == 0


def test_check_of_an_unknown_name(tmp_path):
    done = run("check", "tid2014", "--root", tmp_path)
    assert done.exit_code == 2
    assert "did you mean tid2013" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_check_prints_every_missing_file_and_the_faults_apart(kadid):
    """The error shows the first ten; a list to fetch files by must be whole, and free of other text."""
    facts, root = kadid
    out = root / "manifest"
    write_manifest(load(facts, root), out)
    gone = sorted((root / "images").glob("I01_0?_*.png"))
    for path in gone:
        path.unlink()
    done = run("check", out / "kadid10k.csv", "--root", root)
    assert done.exit_code == 1
    assert sorted(done.stdout.splitlines()) == [f"images/{path.name}" for path in gone]
    title, fault, *counts = done.stderr.splitlines()
    assert title.endswith("can't be used:")
    assert fault.startswith("- missing images (45): images/I01_01_01.png")
    assert not counts


def test_build_does_not_replace_the_file_it_is_made_from(private):
    table, root = private
    done = run("build", table, "--root", root, "--direction", "quality", "--output", table.parent)
    assert done.exit_code == 1
    assert "choose another folder with --output" in done.output
    assert table.read_text() == TABLE


def test_build_does_not_replace_the_card_it_is_made_from(private):
    table, root = private
    card = table.with_suffix(".toml")
    card.write_text("title = 'My set'\ndirection = 'quality'\ncsv = 'elsewhere.csv'\nscore_column = 'score'\n")
    table.rename(table.with_name("elsewhere.csv"))
    done = run("build", table, "--root", root, "--output", table.parent)
    assert done.exit_code == 1
    assert f"{card} would replace a file it is made from" in done.output
    assert not table.exists()


def test_a_manifest_without_files_has_no_digests():
    with pytest.raises(DatasetError, match="Only a data set loaded from a root has files"):
        with_digests(manifest("csiq"))
