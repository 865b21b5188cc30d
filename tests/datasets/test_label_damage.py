"""Every kind of damage to label files is refused with a message that says what was seen."""

import re

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from iqametrics.datasets import load
from iqametrics.errors import DatasetError
from tests.datasets import fake_trees as fake


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_an_extra_row(kadid):
    facts, root = kadid
    with (root / "dmos.csv").open("a") as stream:
        stream.write("I01_01_06.png,I01.png,3.0,0.5\n")
    fake.touch(root, ["images/I01_01_06.png"])
    with pytest.raises(DatasetError) as caught:
        load(facts, root)
    assert "251 images are listed, expected 250" in str(caught.value)
    assert "11 images of type gaussian_blur are listed, expected 10" in str(caught.value)


def test_a_missing_row(kadid):
    facts, root = kadid
    edit(root / "dmos.csv", "I01_01_01.png,I01.png,4.9,0.5\n", "")
    with pytest.raises(DatasetError, match="249 images are listed, expected 250"):
        load(facts, root)


def test_a_repeated_row(kadid):
    facts, root = kadid
    edit(root / "dmos.csv", "I01_01_02.png", "I01_01_01.png")
    with pytest.raises(DatasetError, match=r"images listed twice \(1\): images/I01_01_01\.png"):
        load(facts, root)


def test_a_type_that_the_set_does_not_have(kadid):
    facts, root = kadid
    edit(root / "dmos.csv", "I01_01_01.png", "I01_26_01.png")
    with pytest.raises(DatasetError, match="names distortion 26; the set has 1 to 25"):
        load(facts, root)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",4.9,", ",good,", "row 1: 'good' is not a number"),
        (",4.9,", ",,", "images without a score (1): images/I01_01_01.png"),
        (",4.9,", ",inf,", "images without a score (1)"),
        ("I01_01_01.png", "blurred.png", "'blurred.png' is not a name like I01_02_03.png"),
        ("dist_img,", "image,", "has no column dist_img; it has: image, ref_img, dmos, var"),
    ],
)
def test_label_files_that_say_nonsense(kadid, old, new, message):
    facts, root = kadid
    edit(root / "dmos.csv", old, new)
    with pytest.raises(DatasetError, match=re.escape(message)):
        load(facts, root)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00binary\x80"])
def test_label_files_that_are_no_text(kadid, content):
    facts, root = kadid
    (root / "dmos.csv").write_bytes(content)
    with pytest.raises(DatasetError, match="not a CSV file that can be read"):
        load(facts, root)


def test_a_label_file_with_another_digest(tid2013):
    edit(tid2013 / "mos_with_names.txt", "5.51429", "5.51430")
    with pytest.raises(DatasetError, match=r"mos_with_names.txt has sha256 [0-9a-f]{64}, not 531a1c4d"):
        load("tid2013", tid2013)


def test_a_label_file_without_digest_is_held_against_the_manifest(tmp_path):
    fake.write_csiq_images(tmp_path)
    fake.write_csiq_export(tmp_path)
    edit(tmp_path / "csiq_dmos.csv", '"0,06198940631407"', '"0,07198940631407"')
    with pytest.raises(
        DatasetError,
        match=r"scores further than 1e-09 from the manifest's \(1\): dst_imgs/awgn/1600.awgn.1.png",
    ):
        load("csiq", tmp_path)


def test_scores_in_another_order_are_held_against_the_manifest(tmp_path):
    facts = fake.unhashed("cidiq.100cm")
    fake.write_cidiq(tmp_path, facts)
    scores = loadmat(tmp_path / "MOS100.mat")["MOS100"]
    savemat(tmp_path / "MOS100.mat", {"MOS100": scores[::-1]})
    with pytest.raises(DatasetError, match=r"scores further than 0.0051 from the manifest"):
        load(facts, tmp_path)


def test_lines_with_another_number_of_words(tid2013):
    facts = fake.unhashed("tid2013")
    edit(tid2013 / "mos_with_names.txt", "5.51429 ", "5.51429 x ")
    with pytest.raises(DatasetError, match=r"line 1: 3 words where 2 belong: '5.51429 x I01_01_1.bmp'"):
        load(facts, tid2013)


def test_score_files_of_different_length(tid2013):
    facts = fake.unhashed("tid2013")
    with (tid2013 / "mos_std.txt").open("a") as stream:
        stream.write("0.1\n")
    with pytest.raises(DatasetError, match=r"mos_with_names.txt has 3000 rows, mos_std.txt 3001"):
        load(facts, tid2013)


def test_mat_files_of_another_length(live):
    facts, root = live
    labels = loadmat(root / "dmos_realigned.mat")
    savemat(
        root / "dmos_realigned.mat",
        {"dmos_new": labels["dmos_new"][:, :981], "dmos_std": labels["dmos_std"], "orgs": labels["orgs"]},
    )
    with pytest.raises(DatasetError, match="'dmos_new' has 981 entries, expected 982"):
        load(facts, root)


def test_mat_files_without_the_array(live):
    facts, root = live
    savemat(root / "dmos_realigned.mat", {"dmos": np.zeros((1, 982))})
    with pytest.raises(DatasetError, match="has no array 'dmos_new'"):
        load(facts, root)


@pytest.mark.parametrize("length", [0, 100, 700])
def test_mat_files_cut_short(live, length):
    facts, root = live
    path = root / "dmos_realigned.mat"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DatasetError, match="is not a MATLAB file that can be read"):
        load(facts, root)


def test_reference_copies_marked_elsewhere(live):
    facts, root = live
    labels = loadmat(root / "dmos_realigned.mat")
    orgs = labels["orgs"]
    first = int(np.flatnonzero(orgs[0] == 0)[0])
    orgs[0, first] = 1
    savemat(root / "dmos_realigned.mat", {**{k: labels[k] for k in ("dmos_new", "dmos_std")}, "orgs": orgs})
    with pytest.raises(DatasetError, match="168 images of type jp2k are listed, expected 169"):
        load(facts, root)


def test_references_that_contradict_info_txt(live):
    facts, root = live
    info = root / "databaserelease2/jpeg/info.txt"
    first = info.read_text().split()[0]
    other = "parrots.bmp" if first != "parrots.bmp" else "woman.bmp"
    edit(info, first, other)
    with pytest.raises(DatasetError, match=f"refnames_all.mat says its reference is {first}, info.txt says {other}"):
        load(facts, root)


def test_references_that_contradict_the_manifest(live):
    facts, root = live
    for info in root.rglob("info.txt"):
        info.unlink()
    home = root / "databaserelease2"
    names = loadmat(home / "refnames_all.mat")["refnames_all"]
    savemat(home / "refnames_all.mat", {"refnames_all": np.roll(names, 1)})
    with pytest.raises(DatasetError, match="images with another reference than in the manifest"):
        load(facts, root)


def test_training_images_that_do_not_stand_first(challenge):
    facts, root = challenge
    path = root / "Data/AllImages_release.mat"
    names = loadmat(path)["AllImages_release"]
    savemat(path, {"AllImages_release": np.roll(names, 1, axis=0)})
    with pytest.raises(DatasetError, match=r"training images t1, t2, \.\.\. must stand first"):
        load(facts, root)


def test_a_workbook_that_is_no_workbook(tmp_path):
    pytest.importorskip("openpyxl")
    fake.write_csiq_images(tmp_path)
    (tmp_path / "csiq.DMOS.xlsx").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(DatasetError, match="is not the workbook its owners give out"):
        load("csiq", tmp_path)


def test_an_unknown_distortion_in_the_workbooks_export(tmp_path):
    fake.write_csiq_export(tmp_path)
    edit(tmp_path / "csiq_dmos.csv", ",noise,", ",snow,")
    with pytest.raises(DatasetError, match="unknown distortion type 'snow'"):
        load("csiq", tmp_path)


def test_images_that_the_manifest_does_not_know(tid2013):
    facts = fake.unhashed("tid2013")
    edit(tid2013 / "mos_with_names.txt", "i01_01_2.bmp", "i26_01_2.bmp")
    fake.touch(tid2013, ["reference_images/I26.BMP", "distorted_images/i26_01_2.bmp"])
    with pytest.raises(DatasetError) as caught:
        load(facts, tid2013)
    assert "26 references are listed, expected 25" in str(caught.value)
    assert "images that are not in the manifest (1): distorted_images/i26_01_2.bmp" in str(caught.value)


def test_tid_names_that_are_none(tid2013):
    edit(tid2013 / "mos_with_names.txt", "i01_01_2.bmp", "i01-01-2.bmp")
    with pytest.raises(DatasetError, match=r"line 2: 'i01-01-2\.bmp' is not a name like i01_02_3\.bmp"):
        load(fake.unhashed("tid2013"), tid2013)


def test_score_files_that_are_no_text(tid2013):
    (tid2013 / "mos_std.txt").write_bytes(b"\xff\xfe\x80")
    with pytest.raises(DatasetError, match="can't be read as text"):
        load(fake.unhashed("tid2013"), tid2013)


@pytest.mark.parametrize("name", ["refa.bmp", "refa_haze1.bmp", "refa_blur1_jpeg2.png"])
def test_live_md_names_that_are_none(tmp_path, name):
    facts = fake.live_md_card(1)
    fake.write_live_md(tmp_path, facts)
    path = tmp_path / "To_Release/Part 1/Imagelists.mat"
    names = loadmat(path)["distimgs"]
    names[0, 0] = np.array([name])
    savemat(path, {"distimgs": names})
    with pytest.raises(DatasetError, match="is not a name like bikerace_blur1_jpeg2"):
        load(facts, tmp_path)


@pytest.mark.parametrize("cell", [np.array([]), np.array([1.0, 2.0]), np.array(["a", "b"])])
def test_cells_that_are_no_names(challenge, cell):
    facts, root = challenge
    path = root / "Data/AllImages_release.mat"
    names = loadmat(path)["AllImages_release"]
    names[8, 0] = cell
    savemat(path, {"AllImages_release": names})
    with pytest.raises(DatasetError, match=r"AllImages_release.* a cell holds .* where one name was expected"):
        load(facts, root)


def test_arrays_that_are_no_numbers(challenge):
    facts, root = challenge
    savemat(root / "Data/AllMOS_release.mat", {"AllMOS_release": fake.cells(["good"] * 16)})
    with pytest.raises(DatasetError, match="'AllMOS_release' is not numeric"):
        load(facts, root)


@pytest.mark.parametrize("level", ["", "1.5"])
def test_levels_that_are_no_whole_numbers(tmp_path, level):
    fake.write_csiq_export(tmp_path)
    edit(tmp_path / "csiq_dmos.csv", "1600,1,noise,1,", f"1600,1,noise,{level},")
    with pytest.raises(DatasetError, match=r"column dst_lev, row 1: .* is not a whole number"):
        load("csiq", tmp_path)


def test_a_workbook_with_other_columns(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    fake.write_csiq_workbook(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "csiq.DMOS.xlsx")
    book["all_by_image"]["I4"] = "mos"
    book.save(tmp_path / "csiq.DMOS.xlsx")
    with pytest.raises(DatasetError, match="sheet all_by_image, row 4: no column dmos in D to I"):
        load("csiq", tmp_path)
