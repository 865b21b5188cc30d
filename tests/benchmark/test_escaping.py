"""Names of files and types that are markup reach every output as what they are: names."""

import csv
from html.parser import HTMLParser

import pytest

from tests.benchmark.trees import EVIL_FILE, EVIL_TYPE


class Tags(HTMLParser):
    """Names of the elements of a page, and the texts of its data cells."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.texts, self.handlers = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.handlers += [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture(scope="module")
def page(evil):
    assert evil.result.exit_code == 0, evil.result.output
    return (evil.folder / "report.html").read_text("utf-8")


def test_page_has_no_element_that_a_name_asked_for(page):
    parser = Tags()
    parser.feed(page)
    assert parser.tags.count("script") == 2
    assert parser.handlers == []
    assert "<script>window" not in page
    assert "<img src=x" not in page
    assert any(f"1/0{EVIL_FILE}" in text for text in parser.texts)
    assert any(EVIL_TYPE.replace("_", " ") in text for text in parser.texts)


def test_latex_commands_are_only_ours(evil):
    text = (evil.folder / "tables.tex").read_text("utf-8")
    kind = (
        r"\textquotedbl{}\textgreater{}\textless{}img src=x onerror=\textquotedbl{}window.hacked = 1\textquotedbl{}"
        r"\textgreater{} \textbar{} 5 \% \& more"
    )
    assert kind in text
    rows = [line for line in text.splitlines() if line.startswith("    ") and line.endswith(r" \\")]
    widths = {line.count("&") - line.count(r"\&") for line in rows if kind in line}
    assert widths == {3}


def test_markdown_cells_hold_the_whole_name(evil):
    lines = (evil.folder / "tables.md").read_text("utf-8").splitlines()
    (row,) = (line for line in lines if "onerror" in line)
    assert row.replace(r"\|", "").count("|") == 5
    assert r"\<img src=x" in row
    assert "<" not in row.replace(r"\<", "")


def test_csv_reads_back(evil):
    with (evil.folder / "scores.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["distorted"] == f"1/0{EVIL_FILE}"
    assert {row["type"] for row in rows} == {EVIL_TYPE}
