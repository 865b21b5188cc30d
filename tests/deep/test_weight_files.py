"""Files that are damaged, do not fit or mean harm are refused, and the error says why."""

import hashlib
import os
import pickle

import numpy as np
import pytest
import torch

from iqametrics import deep_ssim
from iqametrics.deep import backbone
from iqametrics.errors import IQAError, WeightsError


class Harmful:
    """Runs code where it is unpickled without care."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (os.fspath(self.trace),)


def test_a_pickle_that_would_run_code(tmp_path):
    trace = tmp_path / "it ran"
    saved, plain, hidden = (tmp_path / name for name in ("saved.pth", "plain.pkl", "hidden.npz"))
    torch.save({"features.0.weight": Harmful(trace)}, saved)
    plain.write_bytes(pickle.dumps(Harmful(trace)))
    np.savez(hidden, **{"features.0.weight": np.array([Harmful(trace)], dtype=object)})
    for path in (saved, plain, hidden):
        with pytest.raises(WeightsError, match="without running code"):
            backbone("alexnet", weights=path)
        assert not trace.exists()


@pytest.mark.parametrize("keep", [0, 1, 100, 0.5, -1])
def test_truncated(random_weights, tmp_path, keep):
    data = random_weights.read_bytes()
    path = tmp_path / "short.pth"
    path.write_bytes(data[: int(len(data) * keep) if isinstance(keep, float) else keep])
    with pytest.raises(WeightsError, match=r"short\.pth holds no weights"):
        backbone("alexnet", weights=path)


@pytest.mark.parametrize("suffix", [".safetensors", ".npz"])
def test_garbage(tmp_path, suffix):
    path = tmp_path / f"garbage{suffix}"
    path.write_bytes(b"\xff" * 1000)
    with pytest.raises(WeightsError, match="holds no weights"):
        backbone("alexnet", weights=path)


def test_wrong_shapes_and_names(alexnet, tmp_path):
    state = dict(alexnet.state_dict())
    state["features.0.weight"] = torch.zeros(96, 3, 11, 11)
    state["module.extra"] = torch.zeros(1)
    del state["features.3.bias"]
    path = tmp_path / "other.pth"
    torch.save(state, path)
    with pytest.raises(WeightsError) as caught:
        backbone("alexnet", weights=path)
    message = str(caught.value)
    assert "missing 1: features.3.bias" in message
    assert "unexpected 1: module.extra" in message
    assert "features.0.weight is (96, 3, 11, 11) and should be (64, 3, 11, 11)" in message


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ([1, 2], "holds a list, not a state dict"),
        ({"features.0.weight": "text"}, "holds a str under 'features.0.weight'"),
        ({"features.0.weight": torch.full((64, 3, 11, 11), torch.nan)}, "features.0.weight holds NaN"),
    ],
)
def test_no_state_dict(tmp_path, content, why):
    path = tmp_path / "odd.pth"
    torch.save(content, path)
    with pytest.raises(WeightsError, match=why):
        backbone("alexnet", weights=path)


def test_wrong_hash(random_weights):
    right = hashlib.sha256(random_weights.read_bytes()).hexdigest()
    assert backbone("alexnet", weights=random_weights, sha256=right).weights_sha256 == right
    with pytest.raises(WeightsError, match=f"SHA-256 {right}, not {'0' * 64}"):
        backbone("alexnet", weights=random_weights, sha256="0" * 64)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(WeightsError, match="no such file"):
        backbone("alexnet", weights=tmp_path / "nowhere.pth")
    with pytest.raises(IQAError, match="no such file"):
        deep_ssim(np.zeros((64, 64), np.uint8), np.zeros((64, 64), np.uint8), weights="surrogates")


def test_a_file_that_changed_is_read_again(alexnet, tmp_path):
    path = tmp_path / "changing.pth"
    torch.save(alexnet.state_dict(), path)
    before = backbone("alexnet", weights=path, taps="conv1")
    state = {key: value * 2 for key, value in alexnet.state_dict().items()}
    torch.save(state, path)
    os.utime(path, (0, 0))
    after = backbone("alexnet", weights=path, taps="conv1")
    assert before.weights_sha256 != after.weights_sha256
