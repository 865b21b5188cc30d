"""Metrics in training: losses to minimise, and means over a data set.

Both are made from a metric's record, so whatever the registry holds can be used, with the options of its call.
"""

from typing import Any

from iqametrics import registry
from iqametrics.errors import DependencyError, DTypeError, OptionError, ShapeError
from iqametrics.front import Metric
from iqametrics.inputs import is_tensor

try:
    import torch
    from torch import Tensor, distributed, nn
except ImportError as error:
    raise DependencyError('iqametrics.losses needs torch: pip install "iqametrics[torch]"') from error

#: Ways from one loss per image to the result.
REDUCTIONS = ("mean", "sum", "none")


class Loss(nn.Module):
    """How bad images are by a metric; lower is better, to be minimised.

    With the score :math:`s` of an image the loss is

    - :math:`s^* - s` if higher scores are better, where :math:`s^*` is the score of identical images (``1 - ssim``), or
      :math:`-s` if that is infinite (``-psnr``) or the metric has none, as those of one image;
    - :math:`s` if lower scores are better (``gmsd``, ``mse``);
    - :math:`|s - s^*|` if scores near :math:`s^*` are better (``sc``).

    Parameters
    ----------
    metric : str or Metric
        The metric.
    reduction : {"mean", "sum", "none"}
        The mean or the sum over the images, or one loss for each.
    **options
        Options of the metric's call: floats need their ``data_range``.

    Attributes
    ----------
    metric : Metric
        The metric with its options.
    sign : int or None
        What the score is multiplied by: 1, or -1 if higher is better; None if neither is.
    offset : float
        What is added.
    formula : str
        The loss in words, such as ``"1 - ssim"``.

    Raises
    ------
    OptionError
        The metric has no such option, or there is no such reduction.
    DTypeError
        At a call: the images are no tensors.

    Notes
    -----
    Called with tensors ``(H, W)``, ``(C, H, W)`` or ``(N, C, H, W)``, the reference first; gradients flow to both. A metric
    of one image takes it alone: ``loss(image)``. It has no parameters and no state.

    Examples
    --------
    >>> import torch
    >>> from iqametrics.losses import Loss
    >>> loss = Loss("ssim", data_range=1.0)
    >>> loss
    Loss(1 - ssim, data_range=1.0, reduction='mean')
    >>> reference = torch.full((2, 3, 16, 16), 0.4)
    >>> output = torch.full((2, 3, 16, 16), 0.5, requires_grad=True)
    >>> round(loss(reference, output).item(), 4)
    0.0244
    """

    def __init__(self, metric: str | Metric, /, *, reduction: str = "mean", **options: Any) -> None:
        super().__init__()
        if reduction not in REDUCTIONS:
            raise OptionError(f"reduction={reduction!r} is unknown; use one of {', '.join(REDUCTIONS)}")
        self.metric = _bound(metric, options)
        self.reduction = reduction
        better, identity = self.metric.higher_is_better, self.metric.identity
        self.sign = None if better is None else -1 if better else 1
        self.offset = identity if better and identity is not None and abs(identity) != float("inf") else 0.0

    @property
    def formula(self) -> str:
        """The loss in words."""
        name = self.metric.name
        if self.sign is None:
            return f"abs({name} - {self.metric.identity:g})"
        if self.sign == 1:
            return name
        return f"{self.offset:g} - {name}" if self.offset else f"-{name}"

    def forward(self, reference: Tensor, distorted: Tensor | None = None) -> Tensor:
        """Return the loss."""
        images = _given(reference, distorted)
        every = (image for each in images for image in (each if isinstance(each, list) else [each]))
        if not all(is_tensor(image) for image in every):
            raise DTypeError("a loss takes tensors; call the metric itself for arrays and files")
        score = self.metric(*images)
        if self.sign is None:
            losses = (score - self.metric.identity).abs()
        else:
            losses = self.offset - score if self.sign < 0 else score
        if self.reduction == "none":
            return losses
        return losses.mean() if self.reduction == "mean" else losses.sum()

    def __repr__(self) -> str:
        return f"Loss({self.formula}{_said(self.metric)}, reduction={self.reduction!r})"


class Mean:
    """Mean score over all images seen, on one machine or on many.

    Parameters
    ----------
    metric : str or Metric
        The metric.
    process_group : torch.distributed.ProcessGroup, optional
        Whose processes have shares of the images; by default all of ``torch.distributed``, where it has been initialised.
    **options
        Options of the metric's call.

    Attributes
    ----------
    metric : Metric
        The metric with its options.
    count : int
        Images seen by this process.

    Raises
    ------
    OptionError
        The metric has no such option.

    Notes
    -----
    Every image counts once, however the batches are cut: the mean is that of the scores, not of the batches' means. Sums
    are double and stay on the device of the scores, so that an update does not wait for it. Of PSNR this is the mean of
    decibels, infinite as soon as one pair is identical.

    Examples
    --------
    >>> import numpy as np
    >>> from iqametrics.losses import Mean
    >>> mean = Mean("mse")
    >>> black = np.zeros((2, 8, 8, 1), np.uint8)
    >>> mean.update(black, black + np.uint8(3))
    >>> mean.update(black[:1], black[:1])
    >>> round(mean.compute().item(), 6)
    6.0
    """

    def __init__(self, metric: str | Metric, /, *, process_group: Any = None, **options: Any) -> None:
        self.metric = _bound(metric, options)
        self.process_group = process_group
        self.reset()

    def reset(self) -> None:
        """Forget all images."""
        self.count = 0
        self._total: Tensor | None = None

    def update(self, reference: Any, distorted: Any = None) -> None:
        """Add images: whatever the metric takes, single images, batches or lists. No gradients are kept."""
        self(reference, distorted)

    def __call__(self, reference: Any, distorted: Any = None) -> Tensor:
        """Add images and return their own mean."""
        with torch.no_grad():
            found = self.metric(*_given(reference, distorted))
            # A float of Python's would become a tensor of single precision.
            scores = (found if is_tensor(found) else torch.as_tensor(found, dtype=torch.float64)).reshape(-1)
            scores = scores.to(torch.float32 if scores.device.type == "mps" else torch.float64)
            total = scores.sum()
            self._total = total if self._total is None else self._total + total.to(self._total.device)
        self.count += scores.numel()
        return scores.mean()

    def compute(self) -> Tensor:
        """Return the mean over the images of all processes, each of which has to call this.

        Returns
        -------
        Tensor
            Without axes, in double precision, on the device of the scores.

        Raises
        ------
        ShapeError
            No process has seen an image.
        """
        total, count = self._over_processes()
        if not count:
            raise ShapeError(f"there is no mean of {self.metric.name} before any image; call update() first")
        return total / count

    def _over_processes(self) -> tuple[Tensor, int]:
        total = torch.zeros((), dtype=torch.float64) if self._total is None else self._total
        if not (distributed.is_available() and distributed.is_initialized()):
            return total, self.count
        device = total.device
        if "nccl" in distributed.get_backend(self.process_group) and device.type == "cpu":
            device = torch.device("cuda", torch.cuda.current_device())  # NCCL sends nothing from elsewhere
        sent = torch.stack([total.to(device), torch.tensor(self.count, dtype=total.dtype, device=device)])
        distributed.all_reduce(sent, group=self.process_group)
        return sent[0], int(sent[1])

    def __repr__(self) -> str:
        return f"Mean({self.metric.name}{_said(self.metric)}, count={self.count})"


def _bound(metric: str | Metric, options: dict[str, Any]) -> Metric:
    if isinstance(metric, str):
        return registry.metric(metric, **options)
    if not isinstance(metric, Metric):
        raise OptionError(f"{metric!r} is neither a metric nor the name of one")
    return metric.with_options(**options) if options else metric


def _given(reference: Any, distorted: Any) -> tuple[Any, ...]:
    """The images of a call; a metric of one image takes a single one."""
    return (reference,) if distorted is None else (reference, distorted)


def _said(metric: Metric) -> str:
    return "".join(f", {key}={value!r}" for key, value in metric.bound.items())
