"""The errors of iqametrics: each message names what was seen and what to do about it.

Every class also derives from the built-in exception a caller would expect, so that ``except ValueError``
keeps working in code that knows nothing of this package.
"""


class IQAError(Exception):
    """Base class of every error that iqametrics raises on purpose."""


class ShapeError(IQAError, ValueError):
    """The shape, layout or size of an image does not fit the metric or the other image."""


class RangeError(IQAError, ValueError):
    """The data range is missing, impossible, or contradicted by the values."""


class RangeWarning(UserWarning):
    """The values of an image make it unlikely that its data range is the one that was said."""


class NonFiniteError(IQAError, ValueError):
    """An image holds NaN or infinity; or a score or an opinion does, or there is none.

    Attributes
    ----------
    images : tuple of str
        Every image that lacks a score or an opinion; the message lists the first ones.
    """

    def __init__(self, message: str, images: tuple[str, ...] = ()):
        super().__init__(message)
        self.images = images


class DTypeError(IQAError, TypeError):
    """The data type of an image has no meaning as pixel values."""


class OptionError(IQAError, ValueError):
    """An option has a value, or a combination of values, that the metric does not know."""


class UnknownMetricError(IQAError, LookupError):
    """No metric has the name asked for."""


class UnknownDistortionError(IQAError, LookupError):
    """No distortion has the name asked for."""


class DistortionError(IQAError, ValueError):
    """A distortion can't do to this image what is asked: reach a PSNR, change the colour of grey."""


class PairingError(IQAError, ValueError):
    """Images and their references can't be brought together without guessing."""


class BackendError(IQAError, RuntimeError):
    """The executor asked for by name can't run this call, or none can, since the images are on different devices."""


class ImageFileError(IQAError, OSError):
    """An image file is missing, damaged, too large, or of a kind that can't be read."""


class WorkerError(IQAError, RuntimeError):
    """The processes or machines that should score images died, can't be reached, or don't fit this one."""


class JournalError(IQAError, RuntimeError):
    """The journal of a run is in use by another run, or is no journal."""


class DependencyError(IQAError, ImportError):
    """An optional package that the call needs is not installed."""


class UnknownDatasetError(IQAError, LookupError):
    """No data set has the name asked for."""


class DatasetError(IQAError, ValueError):
    """A copy of a data set, its label files or its manifest is incomplete, damaged or contradictory.

    Attributes
    ----------
    missing : tuple of str
        Every file that should be there and is not; the message lists the first ones.
    """

    def __init__(self, message: str, missing: tuple[str, ...] = ()):
        super().__init__(message)
        self.missing = missing


class WeightsError(IQAError, RuntimeError):
    """The weights of a network are missing, damaged, or do not fit."""


class ClassifierError(IQAError, RuntimeError):
    """A classifier does not fit the labelled images, or answers with something that is no number."""
