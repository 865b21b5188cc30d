"""Files of weights: found or downloaded, checked, and read without running anything that is in them."""

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import torch
import torchvision
from torch import Tensor

from iqametrics.errors import DependencyError, WeightsError
from iqametrics.file_content import stamp
from iqametrics.weights import sha256_of

#: Set to anything but 0 it forbids downloads.
OFFLINE = "IQAMETRICS_OFFLINE"
_MANY = 6
#: Held while a file is looked for, so that threads that want the same one download it once.
_looking = Lock()


def imagenet_file(backbone: str) -> Path:
    """The file of torchvision's ImageNet weights, downloaded unless it is in torch's cache; its hash is checked.

    Raises
    ------
    WeightsError
        It is not there and can't be downloaded, or its hash is another one.
    """
    known = torchvision.models.get_model_weights(backbone)
    url = getattr(known, "IMAGENET1K_V1", known.DEFAULT).url
    path = Path(torch.hub.get_dir(), "checkpoints", url.rpartition("/")[2])
    wanted = path.stem.rpartition("-")[2]
    with _looking:
        if not path.exists():
            if os.environ.get(OFFLINE, "0") not in ("", "0"):
                raise WeightsError(_remedies(backbone, url, path, f"{OFFLINE} is set, which forbids the download"))
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                torch.hub.download_url_to_file(url, str(path), wanted, progress=True)
            except (OSError, RuntimeError) as error:
                raise WeightsError(_remedies(backbone, url, path, f"the download failed: {error}")) from error
    if not sha256_of(path).startswith(wanted):
        raise WeightsError(f"{path} is damaged: its SHA-256 does not begin with {wanted}; remove it to get it again")
    return path


def _remedies(backbone: str, url: str, path: Path, reason: str) -> str:
    return (
        f"the ImageNet weights of {backbone} are not on this machine, and {reason}. Either (1) download {url} where there "
        f"is a network and put it at {path}; or (2) pass weights=PATH of a state dict (.pth, .safetensors, .npz); or (3) "
        'pass weights="surrogate": filters that need no file, to try things out; its scores mean nothing about quality'
    )


def read(path: Path, sha256: str | None = None) -> tuple[dict[str, Tensor], str]:
    """Tensors of a file by name, and the file's SHA-256.

    Raises
    ------
    WeightsError
        The file is missing, damaged, has another hash than wanted, holds anything but tensors, or changes meanwhile.
    """
    before, found = stamp(path), sha256_of(path)
    if sha256 is not None and found != sha256.lower():
        raise WeightsError(f"{path} has the SHA-256 {found}, not {sha256}: it is another file or it is damaged")
    try:
        state = _readers.get(path.suffix.lower(), _read_torch)(path)
    except DependencyError:
        raise
    except Exception as error:  # whatever a damaged or hostile file provokes
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(
            f"{path} holds no weights that can be read without running code from it ({type(error).__name__}: {reason}); "
            "pass a state dict saved by torch.save(model.state_dict(), ...), a .safetensors or an .npz file"
        ) from error
    if stamp(path) != before:
        raise WeightsError(f"{path} was changed while it was read; call again when it is written")
    if not isinstance(state, Mapping):
        raise WeightsError(f"{path} holds a {type(state).__name__}, not a state dict of tensors by name")
    for key, value in state.items():
        if not isinstance(value, Tensor):
            raise WeightsError(f"{path} holds a {type(value).__name__} under {key!r}, where a state dict has a tensor")
        if value.is_floating_point() and not bool(value.isfinite().all()):
            raise WeightsError(f"{path}: {key} holds NaN or infinity")
    return dict(state), found


def _read_torch(path: Path) -> Any:
    return torch.load(path, map_location="cpu", weights_only=True)


def _read_safetensors(path: Path) -> Any:
    try:
        from safetensors.torch import load_file
    except ImportError as error:
        raise DependencyError(f'{path} needs safetensors: pip install "iqametrics[deep]"') from error
    return load_file(path)


def _read_npz(path: Path) -> Any:
    with np.load(path, allow_pickle=False) as arrays:
        return {key: torch.from_numpy(arrays[key]) for key in arrays.files}


_readers = {".safetensors": _read_safetensors, ".npz": _read_npz}


def matching(
    state: Mapping[str, Tensor], needed: Mapping[str, tuple[int, ...]], known: Mapping[str, Any], source: str, what: str
) -> dict[str, Tensor]:
    """The tensors of a file that are needed, in single precision.

    Parameters
    ----------
    state : Mapping
        What a file holds.
    needed : Mapping of str to tuple of int
        Shapes of what is needed.
    known : Mapping
        Names that may stand in the file.
    source, what : str
        The file, and what it should fit, for the error.
    """
    missing = [key for key in needed if key not in state]
    unexpected = [key for key in state if key not in known]
    shapes = [
        f"{key} is {tuple(state[key].shape)} and should be {shape}"
        for key, shape in needed.items()
        if key in state and tuple(state[key].shape) != shape
    ]
    problems = [
        f"{title} {len(found)}: {', '.join(found[:_MANY])}{', ...' if len(found) > _MANY else ''}"
        for title, found in (("missing", missing), ("unexpected", unexpected), ("of another shape", shapes))
        if found
    ]
    if problems:
        raise WeightsError(f"{source} does not fit {what}: {'; '.join(problems)}")
    return {key: state[key].to(torch.float32) for key in needed}
