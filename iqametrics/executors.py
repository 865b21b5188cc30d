"""Choose what carries out a call."""

from collections.abc import Sequence
from importlib.util import find_spec

from iqametrics.errors import BackendError, DependencyError
from iqametrics.inputs import Images


def choose(backend: str | None, *images: Images) -> str:
    """Name of the executor for some images.

    Without a wish, arrays go to Numba, and so do tensors on the CPU that need no gradient; other tensors go to torch. A
    wish that can't be met is an error, never something else in silence.
    """
    if backend is None:
        return "numba" if _obstacle(images) is None else "torch"
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
