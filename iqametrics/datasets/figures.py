"""Published correlations with human opinion, to hold one's own results against."""

from typing import TYPE_CHECKING

from iqametrics.datasets.cards import manifest_folder
from iqametrics.datasets.dependencies import require

if TYPE_CHECKING:
    import pandas as pd


def published(metric: str | None = None, dataset: str | None = None) -> "pd.DataFrame":
    """Return published SROCC, KROCC and PLCC of metrics on data sets, each with its source.

    Values are as printed, signs included: an error measure against MOS has a negative correlation where its
    source gives the sign. They are figures of others' implementations; the column ``variant`` says which.

    Parameters
    ----------
    metric : str, optional
        Only the rows of this metric, as :func:`iqametrics.metrics` names it where it has it.
    dataset : str, optional
        Only the rows of this data set, as :func:`names` names it where it has it.

    Returns
    -------
    pandas.DataFrame
        Columns ``metric``, ``variant``, ``dataset``, ``subset`` ("full" or one of the owners' subsets),
        ``statistic`` ("srocc", "krocc" or "plcc"), ``value``, ``fit`` (the mapping before PLCC: "linear"
        means none, "nonlinear" one that the source names or implies; empty for rank correlations) and
        ``source``.

    Raises
    ------
    DependencyError
        pandas is not installed.

    Examples
    --------
    >>> from iqametrics import datasets
    >>> table = datasets.published("gmsd", "tid2013").query("subset == 'full' and statistic == 'srocc'")
    >>> table["value"].tolist()
    [-0.8043796249]
    """
    require("pandas", "The table of published figures")
    import pandas as pd

    with manifest_folder().joinpath("published.csv").open(encoding="utf-8") as stream:
        table = pd.read_csv(stream, keep_default_na=False)
    for column, wanted in (("metric", metric), ("dataset", dataset)):
        if wanted is not None:
            table = table[table[column] == wanted]
    return table.reset_index(drop=True)
