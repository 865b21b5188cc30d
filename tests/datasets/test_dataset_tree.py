"""No path that is accepted leads out of the root, whatever a stranger's manifest holds."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqametrics.datasets.tree import Tree, checked_relative
from iqametrics.errors import DatasetError

PARTS = st.sampled_from(["..", ".", "", "a", "A.png", "C:", "con", "~", "\\", "..\\x", "x\0y", "a b", "é"])


@given(st.one_of(st.text(max_size=20), st.lists(PARTS, max_size=6).map("/".join)))
def test_accepted_paths_stay_inside(name):
    try:
        accepted = checked_relative(name)
    except DatasetError:
        return
    for root in ("/data/set", "/"):
        joined = os.path.normpath(f"{root}/{accepted}")
        assert os.path.commonpath([root, joined]) == os.path.normpath(root)
        assert joined != os.path.normpath(root)


def test_lookups_ignore_case_at_every_depth(tmp_path):
    (tmp_path / "Part 1" / "BlurJPEG").mkdir(parents=True)
    (tmp_path / "Part 1" / "BlurJPEG" / "A.bmp").write_bytes(b"x")
    tree = Tree(tmp_path)
    assert tree.find("part 1/blurjpeg/a.BMP") == "Part 1/BlurJPEG/A.bmp"
    assert tree.find("part 1/blurjpeg/b.bmp") is None
    assert tree.find("part 1/blurjpeg") is None
    assert tree.folder("part_1", "PART 1/blurjpeg") == "Part 1/BlurJPEG"
    assert tree.folder("part 1/blurjpeg/a.bmp") is None


def test_homes_are_looked_into_after_the_root_itself(tmp_path):
    for folder in ("", "Home/"):
        (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "Home" / "a.png").write_bytes(b"x")
    tree = Tree(tmp_path, homes=("home",))
    assert tree.find("a.png") == "Home/a.png"
    (tmp_path / "a.png").write_bytes(b"x")
    assert Tree(tmp_path, homes=("home",)).find("a.png") == "a.png"


def test_two_spellings_of_a_folder_are_ambiguous(tmp_path):
    for folder in ("awgn", "AWGN"):
        (tmp_path / folder).mkdir(exist_ok=True)
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("this file system does not tell case apart")
    with pytest.raises(DatasetError, match="holds AWGN, awgn, which differ in case alone"):
        Tree(tmp_path).find("awgn/a.png")
