"""Choose what carries out a call."""

import os
import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec

from iqametrics.errors import BackendError, DependencyError
from iqametrics.inputs import Images, dtype_name


def choose(backend: str | None, *images: Images) -> str:
    """Name of the executor for some images.

    Without a wish, arrays go to Numba, and so do tensors on the CPU that need no gradient; tensors on a CUDA device go to
    Triton, where it is; others go to torch. A wish that can't be met is an error, never something else in silence.
    """
    if backend is None:
        if _obstacle(images) is None:
            return "numba"
        return "triton" if _obstacle_on_gpu(images) is None else "torch"
    if backend == "triton":
        obstacle = _obstacle_on_gpu(images, insist=True)
        if obstacle:
            raise BackendError(f'backend="triton" {obstacle}')
        return backend
    if backend == "torch" and find_spec("torch") is None:
        raise DependencyError('backend="torch" needs torch, which is not installed: pip install "iqametrics[torch]"')
    obstacle = None if backend == "torch" else _obstacle(images)
    if obstacle:
        raise BackendError(f"backend={backend!r} {obstacle}")
    return backend


def _obstacle(images: Sequence[Images]) -> str | None:
    """What keeps images from executors that work on arrays."""
    for each in images:
        for stack in each.stacks if each.tensors else ():
            if stack.requires_grad:
                return "gives no gradients, and a tensor asks for one; detach() it, or leave backend to torch"
            if stack.device.type != "cpu":
                return f"needs tensors on the CPU, one is on {stack.device}; call its cpu(), or leave backend to torch"
    return None


#: Types of pixels that Triton's kernels read; doubles are left to torch, which keeps their digits.
_ON_GPU = ("uint8", "int16", "int32", "uint16", "float16", "bfloat16", "float32")
#: The oldest Triton whose compiler and interpreter the kernels are tested with.
_TRITON = (3, 6)


def _obstacle_on_gpu(images: Sequence[Images], insist: bool = False) -> str | None:
    """What keeps images from Triton's kernels; the interpreter, on the CPU, is not chosen unless somebody insists."""
    for each in images:
        if not each.tensors:
            return (
                "needs tensors on a CUDA device; pass torch.from_numpy(image).cuda(), or leave backend to the package"
            )
        for stack in each.stacks:
            name = dtype_name(stack)
            if name not in _ON_GPU:
                return f"works in single precision, and these images are {name}; convert them, or use backend='torch'"
            if stack.device.type != "cuda" and not (insist and stack.device.type == "cpu" and _interpreter()):
                return f"needs tensors on a CUDA device, one is on {stack.device}; move it there, or leave backend to torch"
            if max(stack.shape[-2] * stack.stride(-2), stack.shape[-1] * stack.stride(-1)) >= 2**31:
                return "takes planes of less than 2**31 samples; use backend='torch'"
    if find_spec("triton") is None:
        return "needs triton, which comes with torch on Linux: pip install triton"
    if _triton_version() < _TRITON:
        return f"needs triton {'.'.join(map(str, _TRITON))} or later; install a newer torch, which brings it"
    return _unfit_device(images)


def _unfit_device(images: Sequence[Images]) -> str | None:
    """Why Triton makes no code for the device, if it is too old."""
    for each in images:
        for stack in each.stacks:
            if stack.device.type == "cuda":
                import torch

                capability = torch.cuda.get_device_capability(stack.device)
                if torch.version.cuda and capability < (7, 0):
                    return f"needs a device of compute capability 7.0, this has {capability[0]}.{capability[1]}"
    return None


@cache
def _triton_version() -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version("triton"))[:2])


def _interpreter() -> bool:
    return os.environ.get("TRITON_INTERPRET", "0").lower() in ("1", "true", "on", "yes")
