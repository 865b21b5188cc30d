"""Network dissection: the concept whose places a feature map's largest values share best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from iqametrics.deep.backbones import Backbone
from iqametrics.deep.explain.concepts import ConceptSet
from iqametrics.deep.explain.prediction_difference import chosen
from iqametrics.deep.selection.scores import MapName
from iqametrics.errors import OptionError
from iqametrics.geometry import MapGeometry
from iqametrics.progress import Track, untracked

#: Share of a map's places, over all images, that count as active; and the overlap from which a map is called a detector.
ACTIVE, DETECTOR = 0.005, 0.04
_TINY = 1e-10


@dataclass(frozen=True)
class Dissected:
    """How well the active places of feature maps agree with concepts.

    Attributes
    ----------
    maps : tuple of MapName
        The maps.
    concepts : tuple of str
        The concepts.
    iou : ndarray of float64, shape (maps, concepts)
        Intersection over union.
    thresholds : ndarray of float64, shape (maps,)
        Value above which a place counts as active.
    strongest : ndarray of intp, shape (maps,)
        The image with the largest value of each map.
    """

    maps: tuple[MapName, ...]
    concepts: tuple[str, ...]
    iou: npt.NDArray[np.float64]
    thresholds: npt.NDArray[np.float64]
    strongest: npt.NDArray[np.intp]

    def best(self, place: int) -> tuple[str, float]:
        """The concept of a map, and its intersection over union."""
        found = int(self.iou[place].argmax())
        return self.concepts[found], float(self.iou[place, found])

    def detects(self, place: int) -> bool:
        """Whether a map is a detector of its concept."""
        return self.best(place)[1] > DETECTOR


def dissect(network: Backbone, maps: Sequence[MapName], concepts: ConceptSet, *, track: Track = untracked) -> Dissected:
    r"""Find the concept that a feature map stands for, if any: the one with the largest intersection over union.

    .. math:: IoU_{k,c} = \frac{\sum_i |M_{k,i} \cap L_{c,i}|}{\sum_{i \in I(c)} |M_{k,i}| + \sum_i |L_{c,i}|
              - \sum_i |M_{k,i} \cap L_{c,i}|}

    where :math:`M_{k,i}` are the pixels of image i at which map k, brought to the size of the image, is above the value
    that 0.5 % of all its places exceed, :math:`L_{c,i}` those that show concept c, and :math:`I(c)` the images that are
    labelled for c's category.

    Parameters
    ----------
    network : Backbone
        With the layers of the maps among its taps.
    maps : sequence of MapName
        The maps; their values over all images are kept in memory.
    concepts : ConceptSet
        From :func:`concept_set`, or of one's own.
    track : callable, optional
        Passes the numbers of the images through, as a progress bar does.

    Returns
    -------
    Dissected

    Raises
    ------
    OptionError
        There is no such map, or no map at all.

    Notes
    -----
    Maps are enlarged bilinearly, each sample at the centre of its receptive field.

    References
    ----------
    .. [1] D. Bau, B. Zhou, A. Khosla, A. Oliva, A. Torralba, "Network dissection: Quantifying interpretability of
       deep visual representations", CVPR 2017. https://doi.org/10.1109/CVPR.2017.354
    """
    if not maps:
        raise OptionError("there are no maps to dissect")
    side = concepts.images.shape[1]
    values: list[list[Tensor]] = [[] for _ in maps]
    for number in track(range(len(concepts.images))):
        image = torch.from_numpy(concepts.images[number]).permute(2, 0, 1)[None]
        with torch.no_grad():
            found = network(image)
        for kept, name in zip(values, maps, strict=True):
            kept.append(chosen(found, name)[0].clone())
    places = network.layout((side, side))
    labels = {name: torch.from_numpy(mask).flatten(1).double() for name, mask in concepts.masks.items()}
    labelled = _labelled(concepts)
    iou, thresholds, strongest = [], [], []
    for name, kept in zip(maps, values, strict=True):
        stack = torch.stack(kept).double()
        threshold = torch.from_numpy(np.quantile(stack.numpy(), [1 - ACTIVE]))  # torch's takes 16 million values
        active = (enlarged(stack, places[name.layer][1], side) > threshold).flatten(1).double()
        row = []
        for concept, mask in labels.items():
            both = float((active * mask).sum())
            area = float(active[labelled[concept]].sum() + mask.sum())
            row.append(both / (area - both + _TINY))
        iou.append(row)
        thresholds.append(float(threshold))
        strongest.append(int(stack.flatten(1).amax(1).argmax()))
    return Dissected(tuple(maps), concepts.concepts, np.array(iou), np.array(thresholds), np.array(strongest))


def enlarged(maps: Tensor, place: MapGeometry, side: int) -> Tensor:
    """Maps ``(N, H', W')`` at the resolution of their images ``(N, side, side)``, interpolated between their samples."""
    axes = []
    for offset, step, size in zip(place.offset, place.step, maps.shape[-2:], strict=True):
        sample = (torch.arange(side, dtype=torch.float64) - offset) / step
        axes.append((2 * sample + 1) / size - 1)
    rows, columns = torch.meshgrid(*axes, indexing="ij")
    grid = torch.stack([columns, rows], -1).expand(len(maps), -1, -1, -1).to(maps)
    return functional.grid_sample(maps[:, None], grid, padding_mode="border", align_corners=False)[:, 0]


def _labelled(concepts: ConceptSet) -> dict[str, npt.NDArray[np.intp]]:
    """Images that are labelled for the category of each concept."""
    some = {name: mask.any((1, 2)) for name, mask in concepts.masks.items()}
    found: dict[str, npt.NDArray[np.intp]] = {}
    for category in dict.fromkeys(concepts.categories.values()):
        members = [name for name in some if concepts.categories[name] == category]
        images = np.flatnonzero(np.any([some[name] for name in members], 0))
        found |= dict.fromkeys(members, images)
    return found
