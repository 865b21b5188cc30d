import pytest

from iqametrics.files import read_image


@pytest.fixture
def read(tmp_path):
    """Write bytes to a file without a telling suffix, and read it."""

    def write_and_read(data, **options):
        path = tmp_path / "picture.dat"
        path.write_bytes(data)
        return read_image(path, **options)

    return write_and_read
