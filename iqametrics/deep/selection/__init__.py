"""Which feature maps matter: the score of every map, forward selection of maps, and what of it holds on other images.

Nothing here imports torch before images are scored.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "forward": ["ForwardPath", "forward_selection"],
        "matrix": ["score_matrix"],
        "nested": ["NestedSelection", "nested_selection"],
        "scores": ["MapName", "MapScores"],
        "selecting": ["select_maps"],
        "selection": ["Selection"],
    },
)
