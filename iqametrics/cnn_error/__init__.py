"""Image quality for machines: how much a classifier errs on an image, which metric foretells it, and a network that does.

Everything here needs the extra ``cnn``.
"""

import lazy_loader as _lazy

from iqametrics.cnn_error.dependencies import require as _require

_require("torch", "pandas", "pyarrow", "safetensors", "sklearn")

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)
