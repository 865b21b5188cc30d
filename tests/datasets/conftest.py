"""Small copies of data sets to do damage to."""

import pytest

from tests.datasets import fake_trees as fake


@pytest.fixture
def kadid(tmp_path):
    facts = fake.scaled("kadid10k", 2, 10)
    fake.write_kadid10k(tmp_path, facts)
    return facts, tmp_path


@pytest.fixture
def tid2013(tmp_path):
    fake.write_tid2013_labels(tmp_path)
    return tmp_path


@pytest.fixture
def challenge(tmp_path):
    facts = fake.live_challenge_card(9)
    fake.write_live_challenge(tmp_path, facts)
    return facts, tmp_path


@pytest.fixture
def live(tmp_path):
    facts = fake.unhashed("live")
    fake.write_live(tmp_path, facts, pictures=False)
    return facts, tmp_path
