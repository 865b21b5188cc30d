"""Who is timed on a GPU: the triton and torch executors, and the packages that claim the same number."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import iqametrics
from benchmarks.perf.contenders import NotTheSameNumberError
from benchmarks.perf.pictures import pair

#: Largest difference of a mean score that passes the gate, relative to those above 1.
TOLERANCE = 1e-5
OURS = "iqametrics"
COMPILED = f"{OURS} (torch, compiled)"
METRICS = ("ssim", "ms_ssim", "gmsd", "vifp", "psnr")

#: Mean score of a batch of tensors from 0 to 1, of the reference and the distorted images.
Call = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Contender:
    """Somebody who computes a metric on tensors from 0 to 1.

    Attributes
    ----------
    name : str
        The package, or one of our executors.
    call : callable
        Mean score of a batch.
    """

    name: str
    call: Call

    def gate(self, images: tuple[Any, Any], truth: float) -> float:
        """Call it, which also compiles it; return how far its score is off, or raise if that is too far."""
        import torch

        with torch.no_grad():
            score = float(self.call(*images))
        difference = abs(score - truth) / max(1.0, abs(truth))
        if not difference <= TOLERANCE:
            raise NotTheSameNumberError(
                f"{self.name} gives {score:.8g} and the numpy executor {truth:.8g}: a difference of {difference:.1e}, "
                f"more than {TOLERANCE:.0e}"
            )
        return difference


#: A name, and what makes its contender: ImportError where a package is missing.
Maker = tuple[str, Callable[[], Contender]]


def ours(metric: str, backend: str = "triton") -> Contender:
    """One of our executors."""
    record = iqametrics.metric(metric, data_range=1.0, color="channels", backend=backend)
    return Contender(f"{OURS} ({backend})", lambda x, y: record(x, y).mean())


def compiled(metric: str) -> Contender:
    """The torch executor inside ``torch.compile``, as far as that goes: what looks at data stays outside.

    What was compiled before is forgotten first: of one function, torch compiles a few variants only, and then none any more.
    """
    import torch

    torch.compiler.reset()
    return Contender(COMPILED, torch.compile(ours(metric, "torch").call, dynamic=False))


#: Package, module, metric, and the call; ``call(module, reference, distorted)``.
_PEERS: tuple[tuple[str, str, Callable[[Any, Any, Any], Any]], ...] = (
    ("ssim", "fused_ssim", lambda m, x, y: m.fused_ssim(y, x, padding="valid")),
    ("ssim", "frame_analytics", lambda m, x, y: m.ssim(y, x, data_range=1.0)),
    ("ssim", "pytorch_msssim", lambda m, x, y: m.ssim(y, x, data_range=1.0)),
    ("ssim", "piq", lambda m, x, y: m.ssim(y, x, downsample=False)),
    (
        "ssim",
        "torchmetrics.functional.image",
        lambda m, x, y: m.structural_similarity_index_measure(y, x, data_range=1.0),
    ),
    ("ms_ssim", "frame_analytics", lambda m, x, y: m.ms_ssim(y, x, data_range=1.0)),
    ("ms_ssim", "pytorch_msssim", lambda m, x, y: m.ms_ssim(y, x, data_range=1.0)),
    ("ms_ssim", "piq", lambda m, x, y: m.multi_scale_ssim(y, x)),
    (
        "ms_ssim",
        "torchmetrics.functional.image",
        lambda m, x, y: m.multiscale_structural_similarity_index_measure(y, x, data_range=1.0),
    ),
    ("gmsd", "piq", lambda m, x, y: m.gmsd(y, x)),
    ("vifp", "piq", lambda m, x, y: m.vif_p(y, x)),
    ("psnr", "frame_analytics", lambda m, x, y: m.psnr(y, x, data_range=1.0)),
    ("psnr", "piq", lambda m, x, y: m.psnr(y, x)),
    (
        "psnr",
        "torchmetrics.functional.image",
        lambda m, x, y: m.peak_signal_noise_ratio(y, x, data_range=1.0, dim=(1, 2, 3)),
    ),
)


def peers(metric: str) -> list[Maker]:
    """Packages that claim a metric's number."""

    def make(module: str, call: Callable[[Any, Any, Any], Any]) -> Contender:
        found = import_module(module)
        return Contender(module.partition(".")[0], lambda x, y: call(found, x, y))

    return [
        (module.partition(".")[0], lambda module=module, call=call: make(module, call))
        for claimed, module, call in _PEERS
        if claimed == metric
    ]


def truth(metric: str, images: tuple[Any, Any]) -> float:
    """Mean of the scores by the numpy executor, in double precision on the CPU."""
    record = iqametrics.metric(metric, data_range=1.0, color="channels", backend="numpy")
    return float(record(*(image.cpu().double() for image in images)).mean())


def batch(height: int, width: int, count: int, device: str, seed: int) -> tuple[Any, Any]:
    """Images from 0 to 1: a grey one, a colour one for 3, else as many colour images; other ones for every seed."""
    import torch

    single = pair(height, width, "float32")
    planes = 1 if count == 1 else 3 if count == 3 else 3 * count
    found = []
    for image in (single.x, single.y):
        plane = torch.from_numpy(image).to(device)
        # The same photographs elsewhere, so that no plane is another's copy.
        stack = torch.stack([plane.roll((37 * (seed + k), 91 * (seed + k)), (0, 1)) for k in range(planes)])
        found.append(stack.reshape(-1, 1 if count == 1 else 3, height, width).contiguous())
    return found[0], found[1]
