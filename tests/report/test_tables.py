"""Tables in Markdown and LaTeX: what is read, and nothing that a text could smuggle in."""

import math

import pytest

from iqametrics.report.latex import escaped as latex_escaped
from iqametrics.report.latex import latex
from iqametrics.report.markdown import escaped as markdown_escaped
from iqametrics.report.markdown import markdown
from iqametrics.report.tables import ABSENT, Column, Table, best_of, number, text

TABLE = Table(
    "agreement",
    "Agreement",
    (Column("Metric", "text"), Column("SROCC")),
    ((text("ms_ssim"), number(0.91234, interval=(0.9, 0.92), best=True)), (text("a|b&c"), number(-0.5))),
    ("100 % of it.",),
    "tid2013, against MOS",
)


def test_latex_is_a_float_of_booktabs():
    lines = [line.strip() for line in latex([TABLE]).splitlines()]
    assert lines[1:] == [
        r"\begin{table}",
        r"\centering",
        r"\caption{Agreement: tid2013, against MOS. 100 \% of it.}",
        r"\label{tab:agreement}",
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"Metric & SROCC \\",
        r"\midrule",
        r"ms\_ssim & \textbf{0.9123} {\scriptsize {[}0.900, 0.920{]}} \\",
        r"a\textbar{}b\&c & $-$0.5000 \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def test_markdown_is_a_table_of_githubs_kind():
    assert markdown([TABLE], "Six_pairs", "No opinions!").splitlines() == [
        r"# Six\_pairs",
        "",
        r"**No opinions\!**",
        "",
        "## Agreement: tid2013, against MOS",
        "",
        "| Metric | SROCC |",
        "| --- | ---: |",
        r"| ms\_ssim | **0.9123** \[0.900, 0.920\] |",
        "| a\\|b\\&c | \N{MINUS SIGN}0.5000 |",
        "",
        "100 % of it.",
    ]


@pytest.mark.parametrize("special", list("\\{}$&%#_~^"))
def test_latex_escapes_every_special_character(special):
    shown = latex_escaped(f"a{special}b")
    assert shown != f"a{special}b"
    rest = shown.replace(r"\textbackslash{}", "").replace(r"\textasciitilde{}", "").replace(r"\textasciicircum{}", "")
    assert special not in rest.replace(f"\\{special}", "")


def test_texts_stay_on_their_line():
    for escape in (latex_escaped, markdown_escaped):
        assert escape("one\ntwo\r\n three") == "one two three"


def test_numbers_say_what_they_are():
    absent, endless = number(math.nan), number(math.inf)
    assert (absent.text, absent.detail) == (ABSENT, "")
    assert endless.text == "inf"
    assert number(0.5, interval=(math.nan, math.nan)).detail == ""


def test_best_are_all_that_read_best():
    assert best_of([math.nan, 0.2, 0.9]) == {2}
    assert best_of([math.nan, 0.2, 0.9], higher=False) == {1}
    assert best_of([0.90001, 0.2, 0.90004]) == {0, 2}
    assert best_of([1.2341, 1.2344, 1.3], ".4g", higher=False) == {0, 1}
    assert best_of([math.nan, 0.7]) == set()  # no choice
