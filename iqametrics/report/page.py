"""Pages of one file that need no network: templates filled in, with style and script inside.

Templates lie in ``templates``. Everything that they are given is escaped, names of files above all. A page of another kind
extends ``base.html`` and imports the macros it needs:

``table.html``
    ``sortable(table)`` for a :class:`~iqametrics.report.tables.Table`: its headings are buttons that sort.
``scatter.html``
    ``plot(scatter, number)`` for a :class:`~iqametrics.report.scatter.Scatter`, ``groups(scatter, label)`` with a button per
    group, and ``inspector()``, which shows the point that is pointed at, clicked or reached with the arrow keys, in all
    plots at once. What it shows is in the page's data, see :class:`Points`.

``ranges.html``
    ``plot(ranges)`` for :class:`~iqametrics.report.ranges.Ranges`: estimates with their intervals.

``report.css`` and ``report.js`` serve all of them. The script is allowed by its digest, pictures only as ``data:``, and
nothing may be fetched: the browser itself refuses.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib import resources
from typing import Any

from iqametrics.errors import DependencyError
from iqametrics.report.strict_json import dumps


@dataclass(frozen=True)
class Fact:
    """Something known of every point, in words."""

    label: str
    values: Sequence[str]


@dataclass(frozen=True)
class Picture:
    """A picture of every point: the place in ``sources`` of each, None for none."""

    label: str
    sources: Sequence[str]
    of: Sequence[int | None]


@dataclass(frozen=True)
class PlotData:
    """What a plot adds: where its dots lie, what it knows of every point, and pictures of some with a line below.

    ``order`` is the way from point to point with the keys Page Up and Page Down.
    """

    title: str
    dots: Sequence[tuple[float, float] | None]
    facts: Sequence[Fact] = ()
    picture: str = ""
    pictures: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    order: Sequence[int] = ()


@dataclass(frozen=True)
class Points:
    """The points that all scatter plots of a page share; ``group_of`` is the place of each among the plots' groups."""

    names: Sequence[str]
    group_of: Sequence[int] = ()
    facts: Sequence[Fact] = ()
    pictures: Sequence[Picture] = ()
    plots: Sequence[PlotData] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def check_templates() -> None:
    """Raise a DependencyError that names the extra, unless Jinja2 is installed."""
    try:
        import jinja2  # noqa: F401
    except ImportError as error:
        raise DependencyError(
            f'a page needs Jinja2 ({error}); install it: pip install "iqametrics[benchmark]"'
        ) from error


def render(template: str, data: Points | None = None, **values: Any) -> str:
    """Fill in a template.

    Parameters
    ----------
    template : str
        Name of a template.
    data : Points, optional
        The points of its scatter plots.
    **values
        What the template reads besides.

    Raises
    ------
    DependencyError
        Jinja2 is not installed.
    """
    check_templates()
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from jinja2.utils import htmlsafe_json_dumps
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("iqametrics.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _asset("report.css"), _asset("report.js")
    digest = b64encode(sha256(script.encode()).digest()).decode("ascii")
    return environment.get_template(template).render(
        style=Markup(style),
        script=Markup(script),
        script_digest=f"sha256-{digest}",
        data=htmlsafe_json_dumps(data.as_json() if data else None, dumps=dumps),
        **values,
    )


def _asset(name: str) -> str:
    return resources.files("iqametrics.report").joinpath("templates", name).read_text("utf-8")
