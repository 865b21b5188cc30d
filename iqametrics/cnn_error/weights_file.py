"""A network in a file that runs nothing: safetensors, with what it means as JSON and a checksum of both."""

import hashlib
import json
from os import PathLike
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from iqametrics.errors import WeightsError
from iqametrics.report.atomic import replacing

_CONFIG, _DIGEST = "iqametrics.metrifier", "sha256"


def write(path: str | PathLike[str], tensors: dict[str, Tensor], config: dict[str, Any]) -> str:
    """Write tensors and what they mean; return the checksum."""
    text = json.dumps(config)
    found = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    digest = _digest(found, text)
    with replacing(Path(path)) as unfinished:
        save_file(found, unfinished, {_CONFIG: text, _DIGEST: digest})
    return digest


def read(path: str | PathLike[str]) -> tuple[dict[str, Tensor], dict[str, Any], str]:
    """Return tensors, what they mean, and the checksum.

    Raises
    ------
    WeightsError
        The file is missing, none of these, cut short, or not as it was written.
    """
    try:
        with safe_open(path, "pt") as file:
            notes = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"{path} can't be read as weights of a metrifier: {error}") from error
    if _CONFIG not in notes:
        raise WeightsError(f"{path} is a safetensors file, but not of a metrifier; Metrifier.save writes one")
    if notes.get(_DIGEST) != _digest(tensors, notes[_CONFIG]):
        raise WeightsError(
            f"{path} is damaged: its content does not have the checksum it was written with; get it again"
        )
    config: dict[str, Any] = json.loads(notes[_CONFIG])
    return tensors, config, notes[_DIGEST]


def _digest(tensors: dict[str, Tensor], config: str) -> str:
    found = hashlib.sha256(config.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        found.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        found.update(tensor.numpy().tobytes())
    return found.hexdigest()
