"""Missing, empty, ambiguous and escaping files are refused, with all of them named at once."""

import os
import re
import sys
from dataclasses import replace

import pytest

from iqametrics.datasets import load, manifest, published
from iqametrics.errors import DatasetError, DependencyError
from tests.datasets import fake_trees as fake


def test_a_root_that_is_no_folder(tmp_path):
    with pytest.raises(DatasetError, match="is not a folder"):
        load("tid2013", tmp_path / "absent")


def test_an_empty_folder_names_every_label_file_it_lacks(tmp_path):
    with pytest.raises(DatasetError) as caught:
        load("live", tmp_path)
    assert caught.value.missing == ("dmos_realigned.mat", "refnames_all.mat")
    assert "missing label files (2): dmos_realigned.mat, refnames_all.mat" in str(caught.value)
    assert 'labels="manifest"' in str(caught.value)


def test_alternatives_are_named_together(tmp_path):
    with pytest.raises(DatasetError, match=re.escape("csiq.DMOS.xlsx or csiq_dmos.csv")):
        load("csiq", tmp_path)


def test_missing_images_are_counted_and_the_first_ones_listed(kadid):
    facts, root = kadid
    gone = sorted((root / "images").glob("I01_0?_*.png"))
    assert len(gone) == 45
    for path in gone:
        path.unlink()
    (root / "images" / "I02.png").unlink()
    with pytest.raises(DatasetError) as caught:
        load(facts, root)
    message = str(caught.value)
    assert "missing reference images (1): images/I02.png" in message
    assert "missing images (45): images/I01_01_01.png, images/I01_01_02.png" in message
    assert "and 35 more" in message
    assert set(caught.value.missing) == {f"images/{path.name}" for path in gone} | {"images/I02.png"}


def test_an_image_without_bytes(kadid):
    facts, root = kadid
    (root / "images" / "I01_03_02.png").write_bytes(b"")
    with pytest.raises(DatasetError, match=r"images without a byte, .* \(1\): images/I01_03_02.png"):
        load(facts, root)


def test_a_folder_where_an_image_should_be(kadid):
    facts, root = kadid
    (root / "images" / "I01_03_02.png").unlink()
    (root / "images" / "I01_03_02.png").mkdir()
    with pytest.raises(DatasetError, match=r"missing images \(1\): images/I01_03_02.png"):
        load(facts, root)


def test_names_that_differ_in_case_alone(kadid):
    facts, root = kadid
    fake.touch(root, ["images/i01_03_02.PNG"])
    with pytest.raises(DatasetError, match=r"I01_03_02.png, i01_03_02.PNG, which differ in case alone"):
        load(facts, root)


ESCAPES = [
    "../outside.png",
    "images/../../outside.png",
    "/etc/hostname",
    "C:/x.png",
    "..\\x.png",
    "a//b.png",
    "./a",
]


@pytest.mark.parametrize("path", ESCAPES)
def test_paths_in_label_files_cannot_leave_the_root(tmp_path, path):
    table = tmp_path / "set.csv"
    table.write_text(f"distorted,mos\n{path},3\n")
    (tmp_path / "root").mkdir()
    fake.touch(tmp_path, ["outside.png"])
    with pytest.raises(DatasetError, match="is refused: paths must be relative"):
        load(table, tmp_path / "root", direction="quality")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no symbolic links")
@pytest.mark.parametrize("linked", ["a.png", "folder/a.png"])
def test_links_cannot_leave_the_root(tmp_path, linked):
    fake.touch(tmp_path / "outside", ["a.png"])
    root = tmp_path / "root"
    root.mkdir()
    first = linked.split("/")[0]
    target = tmp_path / "outside" if first == "folder" else tmp_path / "outside/a.png"
    (root / first).symlink_to(target)
    table = tmp_path / "set.csv"
    table.write_text(f"distorted,mos\n{linked},3\n")
    with pytest.raises(DatasetError, match="outside the root"):
        load(table, root, direction="quality")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="the system has no symbolic links")
def test_links_inside_the_root_and_a_linked_root_are_fine(tmp_path):
    root = tmp_path / "root"
    fake.touch(root, ["stored/a.png"])
    (root / "images").symlink_to(root / "stored")
    (tmp_path / "link").symlink_to(root)
    table = tmp_path / "set.csv"
    table.write_text("distorted,mos\nimages/a.png,3\n")
    assert len(load(table, tmp_path / "link", direction="quality")) == 1


def test_a_dangling_link_is_a_missing_image(tmp_path):
    (tmp_path / "a.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "set.csv").write_text("distorted,mos\na.png,3\n")
    with pytest.raises(DatasetError, match=r"missing images \(1\): a\.png"):
        load(tmp_path / "set.csv", tmp_path, direction="quality")


def test_a_reader_without_counts_says_so(kadid):
    facts, root = kadid
    with pytest.raises(DatasetError, match=r"lacks \[counts\]"):
        load(replace(facts, counts=None), root)


def test_a_folder_that_can_not_be_read(kadid, monkeypatch):
    facts, root = kadid
    scandir = os.scandir

    def refuse(folder):
        if folder == root / "images":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DatasetError, match=r"images can't be read: .*Permission denied"):
        load(facts, root)


@pytest.mark.parametrize("call", [lambda: load("live", "."), lambda: manifest("live"), published])
def test_without_pandas_the_remedy_is_named(call, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(DependencyError, match=r"needs pandas: pip install 'iqametrics\[datasets\]'"):
        call()


def test_an_unknown_source_of_labels(tmp_path):
    with pytest.raises(DatasetError, match="labels is 'web'; it must be 'disk' or 'manifest'"):
        load("live", tmp_path, labels="web")


def test_a_direction_that_contradicts_the_card(tmp_path):
    with pytest.raises(DatasetError, match="says that direction is 'distortion', the call 'quality'"):
        load("live", tmp_path, direction="quality")
