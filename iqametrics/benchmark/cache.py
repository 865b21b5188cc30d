"""Where scores are kept, so that no run computes what an earlier one has."""

import re
from pathlib import Path, PurePath

from iqametrics.errors import DependencyError


def cache_folder(given: Path | None = None, kind: str = "benchmark") -> Path:
    """Return the folder for scores: the one given, or one for this kind of them in the user's own for caches."""
    if given is not None:
        return given
    try:
        from platformdirs import user_cache_path
    except ImportError as error:
        raise DependencyError(
            f'the user\'s folder for caches is found with platformdirs ({error}): pip install "iqametrics[benchmark]", '
            "or name a folder with --cache"
        ) from error
    return user_cache_path("iqametrics", appauthor=False) / kind


def journal_path(dataset: str, folder: Path) -> Path:
    """Return the journal of a data set's scores.

    Its lines are keyed by the content of the images and the provenance of the scores: copies of a set share one, and what
    has changed is computed anew.
    """
    return folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', PurePath(dataset).name)}.jsonl"
