"""Feature maps of networks trained for classification, and metrics that compare them.

Nothing here imports torch before a network is asked for.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submodules=["explain", "selection"],
    submod_attrs={
        "backbones": ["backbone"],
        "map_scores": ["scores_of_maps"],
        "metrics.of_pixels": ["deep_metric"],
        "propagation": ["layer_propagation"],
    },
)
