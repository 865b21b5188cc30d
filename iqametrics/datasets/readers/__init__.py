"""One room for each native layout: what the label files say, before any image is looked for.

A reader is a module with ``HOMES``, the folders that an unpacked archive may have put around everything, and
``read(tree, card, findings)``, which returns the rated images in the owners' order with the paths they have
in the owners' distribution. Whether those files exist, how they are spelled and whether the counts are right
is checked afterwards, once for all sets, in ``iqametrics.datasets.loading``.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from iqametrics.datasets.cards import Card
from iqametrics.datasets.findings import Findings
from iqametrics.datasets.readers import cidiq, csiq, kadid10k, koniq10k, live, live_challenge, live_md, tid
from iqametrics.datasets.tree import Tree

if TYPE_CHECKING:
    import pandas as pd


class Reader(Protocol):
    """What every module here offers."""

    @property
    def HOMES(self) -> tuple[str, ...]: ...  # noqa: N802  (a constant of the module)

    def read(self, tree: Tree, card: Card, findings: Findings) -> "pd.DataFrame": ...


READERS: Mapping[str, Reader] = {
    "cidiq": cidiq,
    "csiq": csiq,
    "kadid10k": kadid10k,
    "koniq10k": koniq10k,
    "live": live,
    "live_challenge": live_challenge,
    "live_md": live_md,
    "tid": tid,
}
