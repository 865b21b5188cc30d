"""Image quality assessment: classical metrics, exact and fast, behind one interface."""

import lazy_loader as _lazy

from iqametrics.version import __version__ as __version__

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
