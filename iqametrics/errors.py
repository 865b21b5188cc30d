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


class NonFiniteError(IQAError, ValueError):
    """An image holds NaN or infinity."""


class DTypeError(IQAError, TypeError):
    """The data type of an image has no meaning as pixel values."""


class OptionError(IQAError, ValueError):
    """An option has a value, or a combination of values, that the metric does not know."""


class UnknownMetricError(IQAError, LookupError):
    """No metric has the name asked for."""


class PairingError(IQAError, ValueError):
    """Images and their references can't be brought together without guessing."""


class BackendError(IQAError, RuntimeError):
    """The executor asked for by name can't run this call."""


class ImageFileError(IQAError, OSError):
    """An image file is missing, damaged, too large, or of a kind that can't be read."""


class DependencyError(IQAError, ImportError):
    """An optional package that the call needs is not installed."""
