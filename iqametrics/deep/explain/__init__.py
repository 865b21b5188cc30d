"""What feature maps look at: three ways to find out, each for any map of any network.

Nothing here imports torch before it is asked for.
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "concepts": ["ConceptSet", "concept_set"],
        "dissection": ["Dissected", "dissect"],
        "explanation": ["Explanation", "explain_maps"],
        "maximisation": ["Maximised", "maximise_activation"],
        "prediction_difference": ["prediction_difference"],
    },
)
