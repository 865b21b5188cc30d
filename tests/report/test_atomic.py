"""Files that appear whole or not at all."""

import pytest

from iqametrics.report.atomic import replacing


def test_file_and_its_folder_appear(tmp_path):
    path = tmp_path / "new" / "scores.csv"
    with replacing(path) as unfinished:
        unfinished.write_text("whole")
        assert not path.exists()
        assert unfinished.suffix == path.suffix
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text("before")

    def write():
        with replacing(path) as unfinished:
            unfinished.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_rights_are_those_of_any_new_file(tmp_path):
    usual, path = tmp_path / "usual", tmp_path / "replaced"
    usual.write_text("")
    with replacing(path) as unfinished:
        unfinished.write_text("")
    assert path.stat().st_mode == usual.stat().st_mode
