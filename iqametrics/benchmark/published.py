"""Our figures beside the published ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from iqametrics.benchmark.scores import Scores
from iqametrics.datasets import published
from iqametrics.stats import EvaluationResult, evaluate
from iqametrics.stats.logistic import FitForm

if TYPE_CHECKING:
    import pandas as pd

#: Farther than this from a published correlation, ours is said to leave it.
TOLERANCE = 0.005
COLUMNS = (
    "metric",
    "subset",
    "statistic",
    "fit",
    "ours",
    "published",
    "difference",
    "leaves",
    "n",
    "variant",
    "source",
)


def against_published(
    scores: Scores,
    evaluations: Mapping[str, EvaluationResult],
    fit: FitForm = "logistic5",
    figures: "pd.DataFrame | None" = None,
) -> "pd.DataFrame":
    """Return a row for every published figure of a metric on this data set, beside ours.

    Sources print correlations with or without the sign of an error measure: sizes are compared, ours counted from the
    metric's declared direction, so that a correlation of the wrong sign is far from any published one. PLCC that was
    published without a mapping is compared with ours without; with a mapping, or where the source does not say, with ours
    after the fit.

    Parameters
    ----------
    scores : Scores
    evaluations : Mapping of str to EvaluationResult
        Figures of the metrics on all images.
    fit : {"logistic5", "logistic4", "cubic", "linear"}
        Regression before PLCC, for the owners' subsets.
    figures : pandas.DataFrame, optional
        Published figures, by default those of :func:`iqametrics.datasets.published`.

    Returns
    -------
    pandas.DataFrame
        Columns ``metric``, ``subset``, ``statistic``, ``fit``, ``ours``, ``published``, ``difference`` (ours minus
        published), ``leaves`` (whether it is larger than TOLERANCE, or ours is undefined), ``n`` (images behind ours),
        ``variant`` and ``source``. Metrics in the order asked for, the
        whole set before its subsets.
    """
    import pandas as pd

    known = published(dataset=scores.study.dataset.name) if figures is None else figures
    rows = []
    for name in evaluations:
        theirs = known[known["metric"] == scores.metrics[name].name]
        for subset, of_subset in theirs.groupby("subset", sort=False):
            ours = evaluations[name] if subset == "full" else _evaluated(scores, name, str(subset), fit)
            if ours is not None:
                rows += [_row(name, ours, figure) for figure in of_subset.to_dict("records")]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = {name: place for place, name in enumerate(evaluations)}
    keys = {"metric": order.get, "subset": lambda subset: (subset != "full", subset)}
    return table.sort_values(
        ["metric", "subset", "statistic"],
        key=lambda column: column.map(keys[column.name]) if column.name in keys else column,
        kind="stable",
        ignore_index=True,
    )


def _evaluated(scores: Scores, name: str, subset: str, fit: FitForm) -> EvaluationResult | None:
    """Figures on one of the owners' subsets, without intervals; None if fewer than two images of it have a score."""
    study = scores.study
    values = scores.ranked(name)
    among = study.in_subset(subset) & np.isfinite(values)
    if among.sum() < 2:
        return None
    return evaluate(
        values[among],
        study.dataset.scores[among].to_numpy(),
        direction=scores.higher_is_better(name),
        mos_kind=study.dataset.card.score,
        fit=fit,
        ci=None,
        name=name,
    )


def _row(name: str, ours: EvaluationResult, figure: Mapping[str, Any]) -> dict[str, Any]:
    statistic = "plcc_linear" if (figure["statistic"], figure["fit"]) == ("plcc", "linear") else figure["statistic"]
    value, theirs = ours.overall.oriented(statistic), abs(figure["value"])
    return {
        **{column: figure[column] for column in ("subset", "statistic", "fit", "variant", "source")},
        "metric": name,
        "ours": value,
        "published": theirs,
        "difference": value - theirs,
        "leaves": not abs(value - theirs) <= TOLERANCE,
        "n": ours.overall.n,
    }
