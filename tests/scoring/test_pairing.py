"""Which distorted image belongs to which reference."""

from pathlib import Path

import pytest

from iqametrics.errors import PairingError
from iqametrics.scoring.pairing import pair_folders


@pytest.fixture
def tree(tmp_path):
    """Make empty files in ``references`` and ``versions``; gives the two folders."""

    def make(references, versions):
        folders = tmp_path / "references", tmp_path / "versions"
        for folder, names in zip(folders, (references, versions), strict=True):
            for name in names:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).touch()
        return folders

    return make


def names(folders, pairing):
    """Pairs of paths as they are seen from the folders."""
    return [
        tuple(Path(path).relative_to(folder).as_posix() for path, folder in zip(pair.files, folders, strict=True))
        for pair in pairing.pairs
    ]


def test_order_of_files_decides_nothing(tree):
    folders = tree(["a.png", "b.png", "c.png"], ["b.jpg", "c.jpg"])
    pairing = pair_folders(*folders)
    assert names(folders, pairing) == [("b.png", "b.jpg"), ("c.png", "c.jpg")]
    assert pairing.without_distorted == [folders[0] / "a.png"]
    assert not pairing.complete


def test_one_reference_may_have_versions_in_several_folders(tree):
    folders = tree(["a.png", "b.png"], ["q10/a.jpg", "q10/b.jpg", "q90/a.jpg", "q90/b.webp"])
    pairing = pair_folders(*folders)
    assert pairing.complete
    # Versions of a reference follow each other, so that it is read once.
    assert names(folders, pairing) == [
        ("a.png", "q10/a.jpg"),
        ("a.png", "q90/a.jpg"),
        ("b.png", "q10/b.jpg"),
        ("b.png", "q90/b.webp"),
    ]
    assert pairing.pairs[3].name == str(Path("q90/b.webp"))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("stem", [("x/a.png", "a.jpg"), ("x/a.png", "x/a.bmp"), ("x/a.png", "y/a.png")]),
        ("name", [("x/a.png", "y/a.png")]),
        ("relative", [("x/a.png", "x/a.bmp")]),
        (
            "prefix",
            [("x/a.png", "a.jpg"), ("x/a.png", "a_q10.jpg"), ("x/a.png", "x/a.bmp"), ("x/a.png", "y/a.png")],
        ),
    ],
)
def test_modes(tree, by, expected):
    folders = tree(["x/a.png"], ["a.jpg", "x/a.bmp", "y/a.png", "ab_1.jpg", "a_q10.jpg"])
    pairing = pair_folders(*folders, by)
    assert names(folders, pairing) == expected
    assert len(pairing.without_reference) == 5 - len(expected)


def test_prefix_ends_before_what_is_no_letter_and_no_digit(tree):
    folders = tree(["I1.bmp", "I10.bmp"], ["I1_01.bmp", "I10-01.bmp", "I100_01.bmp", "I10.5.bmp", "_I1.bmp"])
    pairing = pair_folders(*folders, "prefix")
    assert names(folders, pairing) == [("I1.bmp", "I1_01.bmp"), ("I10.bmp", "I10-01.bmp"), ("I10.bmp", "I10.5.bmp")]
    assert [path.name for path in pairing.without_reference] == ["I100_01.bmp", "_I1.bmp"]


@pytest.mark.parametrize(
    ("by", "references", "version"),
    [
        ("stem", ["a.png", "a.tif"], "a.jpg"),
        ("stem", ["x/a.png", "y/a.png"], "x/a.png"),
        ("name", ["x/a.png", "y/a.png"], "x/a.png"),
        ("relative", ["x/a.png", "x/a.bmp"], "x/a.png"),
        ("prefix", ["a.png", "a_b.png"], "a_b_c.png"),
    ],
)
def test_several_references_are_never_chosen_from(tree, by, references, version):
    folders = tree(references, [version])
    pairing = pair_folders(*folders, by)
    assert pairing.pairs == []
    assert {key.relative_to(folders[1]).as_posix() for key in pairing.ambiguous} == {version}
    (found,) = pairing.ambiguous.values()
    assert {path.relative_to(folders[0]).as_posix() for path in found} == set(references)
    assert pairing.without_distorted == []


def test_suffix_is_the_last_one_in_any_case(tree):
    folders = tree(["a.v2.PNG"], ["a.v2.Jpg", "a.jpg"])
    pairing = pair_folders(*folders)
    assert names(folders, pairing) == [("a.v2.PNG", "a.v2.Jpg")]
    assert [path.name for path in pairing.without_reference] == ["a.jpg"]


def test_other_files_are_told_and_hidden_ones_are_not(tree):
    folders = tree(["a.png", ".b.png", ".thumbs/c.png"], ["a.jpg", "scores.csv", ".DS_Store"])
    pairing = pair_folders(*folders)
    assert pairing.complete
    assert pairing.others == [folders[1] / "scores.csv"]


def test_folder_inside_the_other_is_no_part_of_it(tree, tmp_path):
    tree(["a.png", "jpeg/a.jpg", "jpeg/maps/a.jpg.ssim.png"], [])
    reference = tmp_path / "references"
    pairing = pair_folders(reference, reference / "jpeg", without=[reference / "jpeg" / "maps"])
    assert pairing.complete
    assert [pair.name for pair in pairing.pairs] == ["a.jpg"]


def test_folder_paired_with_itself(tree):
    folder, _ = tree(["a.png", "b.png"], [])
    assert [pair.files[0] == pair.files[1] for pair in pair_folders(folder, folder).pairs] == [True, True]


@pytest.mark.parametrize("files", [[], ["readme.txt"]])
def test_folder_without_images(tree, files):
    folders = tree(["a.png"], ["sub/a.txt", *files])
    with pytest.raises(PairingError, match=r"versions: no image files among its .* names of images end in .png"):
        pair_folders(*folders)
