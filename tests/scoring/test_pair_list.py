"""CSV files of pairs."""

import os
import sys

import pytest

from iqametrics.errors import PairingError
from iqametrics.scoring.pair_list import read_pairs


@pytest.fixture
def listed(tmp_path):
    """Pairs of a CSV with this content."""

    def read(content):
        path = tmp_path / "pairs.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_pairs(path)

    return read


def test_paths_start_at_the_folder_of_the_list(listed, tmp_path):
    absolute = tmp_path / "elsewhere" / "b.png"
    first, second = listed(f"distorted,reference\nq10/a.jpg,a.png\n{absolute},a.png\n")
    assert first.files == (tmp_path / "a.png", tmp_path / "q10" / "a.jpg")
    assert (first.reference, first.distorted, first.name) == ("a.png", "q10/a.jpg", "q10/a.jpg")
    assert second.files == (tmp_path / "a.png", absolute)


def test_other_columns_are_carried_through(listed):
    (pair,) = listed('mos,reference,distorted,note\n4.50,a.png,b.png,"a, ""b"""\n')
    assert pair.extra == {"mos": "4.50", "note": 'a, "b"'}


def test_what_spreadsheets_write(listed):
    """A byte order mark, carriage returns, and empty lines at the end."""
    (pair,) = listed(b"\xef\xbb\xbfreference,distorted\r\na.png,b.png\r\n,\r\n\r\n")
    assert (pair.reference, pair.distorted) == ("a.png", "b.png")


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_names_that_are_no_text(listed):
    (pair,) = listed(b"reference,distorted\na.png,\xe9.png\n")
    assert os.fsencode(pair.distorted) == b"\xe9.png"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no column 'reference' and no column 'distorted'.* has nothing"),
        ("reference;distorted\na;b\n", "no column 'reference'.* with commas.* has 'reference;distorted'"),
        ("reference,Distorted\na,b\n", "no column 'distorted'; .* has 'reference', 'Distorted'"),
        ("reference,distorted,reference\na,b,c\n", "two columns are called 'reference'"),
        ("reference,distorted\n", "no pairs below"),
        ("reference,distorted\na,b\nc\n", "line 3: 1 fields, but 2 columns"),
        ("reference,distorted\na,b,c\n", "line 2: 3 fields, but 2 columns"),
        ("reference,distorted\n,b\n", "line 2: the reference image has no path"),
        ("reference,distorted\na, \n", "line 2: the distorted image has no path"),
        ('reference,distorted\na,"b\n', "line 2: no CSV"),
    ],
)
def test_list_that_cannot_be_read(listed, content, message):
    with pytest.raises(PairingError, match=f"pairs.csv.*{message}"):
        listed(content)


def test_list_that_is_not_there(tmp_path):
    with pytest.raises(PairingError, match=r"none.csv: can't be read \(No such file"):
        read_pairs(tmp_path / "none.csv")
