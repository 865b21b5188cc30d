"""The metrifier: a network that says how good an image is for a classifier, where it is not, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from os import PathLike
from typing import Any

import numpy as np
import torch

from iqametrics.cnn_error import weights_file
from iqametrics.cnn_error.dataset import ErrorDataset
from iqametrics.cnn_error.diagnosis import Diagnosis
from iqametrics.cnn_error.judgement import Judgement
from iqametrics.cnn_error.network import HALVINGS, MetrifierNetwork
from iqametrics.cnn_error.reliability import Reliability, reliability
from iqametrics.cnn_error.threads import limited_threads
from iqametrics.cnn_error.training import NONE, Training, kinds_of, train
from iqametrics.cnn_error.workers import as_tensor
from iqametrics.deep.features import together
from iqametrics.errors import OptionError, WeightsError
from iqametrics.geometry import MapGeometry
from iqametrics.planes import Planes
from iqametrics.progress import Track, untracked
from iqametrics.record import IMAGE_MODES, Sees
from iqametrics.version import __version__
from iqametrics.views import Reading, Views

#: Share of the sources that teach which is kept back for the reliability curve.
_KEPT_BACK = 0.15
#: How it sees images: red, green and blue together, or grey.
SEES = Sees("rgb", IMAGE_MODES)
_FORMAT = 1
#: Characters of a digest by which a source is known again.
_KNOWN_BY = 16


@dataclass(frozen=True, eq=False)
class Metrifier:
    """A trained metrifier; made by :meth:`fit` or :meth:`load`.

    Attributes
    ----------
    kinds : tuple of str
        The kinds of distortion it tells apart; the first is "none".
    training : Training
        How it was trained.
    reliability : Reliability
        Expected against actual errors of sources that were kept back.
    sources : frozenset of str
        Beginnings of the SHA-256 of the sources it has seen.
    about : dict
        Version, workers and data set that it comes from.
    sha256 : str
        Checksum of its file; empty before it is saved.
    """

    network: MetrifierNetwork
    kinds: tuple[str, ...]
    training: Training
    reliability: Reliability
    sources: frozenset[str]
    about: Mapping[str, Any]
    sha256: str = ""

    @classmethod
    def fit(
        cls,
        dataset: ErrorDataset,
        *,
        threads: int | None = None,
        device: str | torch.device = "cpu",
        track: Track = untracked,
        **training: Any,
    ) -> "Metrifier":
        """Train on the set "metrifier" of a data set.

        Parameters
        ----------
        dataset : ErrorDataset
            With its images.
        threads : int, optional
            Of torch and BLAS.
        device : str or torch.device, optional
            Where it is trained, such as ``"cuda"``; it judges on the CPU.
        track : callable, optional
            Shows progress, epoch by epoch.
        **training
            Of :class:`~iqametrics.cnn_error.training.Training`: ``target``, ``epochs``, ``batch``, ``rate``, ``crop``,
            ``width``, ``seed``.

        Returns
        -------
        Metrifier
            The same for the same data set, settings, threads and device.

        Raises
        ------
        DatasetError
            The data set was read without its images, or no image belongs to the set "metrifier".
        OptionError
            A setting is unknown or illegal.
        """
        from iqametrics.stats import split_by_reference

        known = {each.name for each in fields(Training)}
        if training.keys() - known:
            raise OptionError(
                f"no setting is called {', '.join(training.keys() - known)}; there are {', '.join(sorted(known))}"
            )
        settings = Training(**training)
        lessons = dataset.of_set("metrifier")
        kinds = kinds_of(lessons)
        ratios = (1 - _KEPT_BACK, _KEPT_BACK)
        parts = split_by_reference(lessons.table["source"].to_numpy(), settings.seed, ratios)
        taught, kept_back = (lessons.where(lessons.table.index.isin(part)) for part in parts)
        with limited_threads(threads):
            network = train(taught, kinds, settings, torch.device(device), track)
            unproven = cls(network, kinds, settings, Reliability((), (), ()), frozenset(), {})
            expected, actual = unproven._held_against(kept_back)
        return replace(
            unproven,
            reliability=reliability(expected, actual),
            sources=frozenset(each[:_KNOWN_BY] for each in lessons.table["source_sha256"]),
            about={
                "iqametrics": __version__,
                "workers": dict(dataset.info["workers"]),
                "images": dataset.info["images"],
                "distortions": dataset.info["distortions"],
            },
        )

    def predict(self, images: Any, **options: Any) -> Any:
        """Quality for the network, f(I) in [0, 1]: higher is better, 1 minus the expected error.

        Parameters
        ----------
        images : array, tensor, path, or a list of them
            As the metrics take them; of any size.
        **options
            ``data_range``, ``bits``, ``layout``, as the metrics take them.

        Returns
        -------
        float or ndarray (N,)
            A float for a single image, an array for a batch or a list.
        """
        single, answers = self._answers(images, options)
        quality = np.concatenate([each.score().detach().numpy() for each in answers])
        return float(quality[0]) if single else quality

    def map(self, images: Any, **options: Any) -> Any:
        """Local quality and its weights, which pool to the score: a WeightedMap for a single image, else a list of them.

        Its samples lie as :meth:`map_geometry` tells.
        """
        single, answers = self._answers(images, options)
        maps = [each.map_of(place) for each in answers for place in range(len(each.error))]
        return maps[0] if single else maps

    def diagnose(self, images: Any, **options: Any) -> Any:
        """What is wrong, how much and where: a :class:`Diagnosis` for a single image, else a list of them."""
        single, answers = self._answers(images, options)
        found = [
            Diagnosis(
                float(each.score()[place]),
                self.kinds[int(each.kinds[place].argmax())],
                dict(zip(self.kinds, each.kinds[place].tolist(), strict=True)),
                each.map_of(place),
            )
            for each in answers
            for place in range(len(each.error))
        ]
        return found[0] if single else found

    def judge(self, planes: Planes) -> Judgement:
        """Judge the planes of images in colour or grey, 0 to 255 once they are scaled."""
        return Judgement.of(self.network, together(planes, "double"))

    @staticmethod
    def map_geometry() -> MapGeometry:
        """Where the samples of a map lie in the image."""
        geometry = MapGeometry()
        for _ in range(HALVINGS):
            geometry = geometry.downsample(2)
        return geometry

    def has_seen(self, digest: str) -> bool:
        """Whether it has learned from the source with this SHA-256."""
        return digest[:_KNOWN_BY] in self.sources

    def save(self, path: str | PathLike[str]) -> str:
        """Write it to a safetensors file, which holds no code, and return the checksum."""
        config = {
            "format": _FORMAT,
            "kinds": self.kinds,
            "training": asdict(self.training),
            "reliability": asdict(self.reliability),
            "sources": sorted(self.sources),
            "about": dict(self.about),
        }
        return weights_file.write(path, self.network.state_dict(), config)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "Metrifier":
        """Read one that :meth:`save` wrote.

        Raises
        ------
        WeightsError
            The file is missing, damaged, none of these, or of a format this version does not know.
        """
        tensors, config, digest = weights_file.read(path)
        if config.get("format") != _FORMAT:
            raise WeightsError(
                f"{path} has format {config.get('format')!r}; this version reads {_FORMAT}: train it again"
            )
        try:
            settings = Training(**config["training"])
            network = MetrifierNetwork(len(config["kinds"]), settings.width)
            network.load_state_dict(tensors)
            curve = Reliability(*(tuple(config["reliability"][each.name]) for each in fields(Reliability)))
            return cls(
                network.eval(),
                tuple(config["kinds"]),
                settings,
                curve,
                frozenset(config["sources"]),
                config["about"],
                digest,
            )
        except (KeyError, TypeError, RuntimeError) as error:
            raise WeightsError(f"{path} does not hold what a metrifier needs: {error}") from error

    def _held_against(self, dataset: ErrorDataset) -> tuple[np.ndarray, np.ndarray]:
        """Expected and actual errors of all rows of a data set."""
        expected, actual = [], []
        for rows, _, images in dataset.images():
            expected.append(self.expected_errors(images))
            actual.append(rows[self.training.target].to_numpy())
        return np.concatenate(expected), np.concatenate(actual)

    def expected_errors(self, images: Sequence[np.ndarray]) -> np.ndarray:
        """Expected errors of uint8 images ``(H, W)`` or ``(H, W, 3)``, those of one size together."""
        found = np.empty(len(images))
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for place, image in enumerate(images):
            by_shape.setdefault(image.shape, []).append(place)
        for places in by_shape.values():
            stack = torch.stack([as_tensor(images[place]) for place in places])
            found[places] = Judgement.of(self.network, stack.float() / 255).error.numpy()
        return found

    def _answers(self, images: Any, options: Mapping[str, Any]) -> tuple[bool, list[Judgement]]:
        views = Views(images, "image", Reading.of(options, signed=False))
        views.extremes()
        answers = [self.judge(views.planes(place, SEES, SEES.color, "torch")) for place in range(len(views))]
        return views.images.kind == "single", answers

    def __repr__(self) -> str:
        learned = ", ".join(kind for kind in self.kinds if kind != NONE)
        return f"<metrifier of {', '.join(self.about.get('workers', {}))}: {learned}>"
