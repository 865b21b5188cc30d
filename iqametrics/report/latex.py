"""Tables in LaTeX, for papers: needs the package booktabs, nothing else."""

from collections.abc import Iterable

from iqametrics.report.tables import Cell, Table

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "%": r"\%",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "[": "{[}",  # after the end of a line it would be taken for an option
        "]": "{]}",
        "\N{MINUS SIGN}": "$-$",
        "\N{EN DASH}": "--",
        "\N{PLUS-MINUS SIGN}": r"$\pm$",
        "\N{LESS-THAN OR EQUAL TO}": r"$\le$",
        "\N{UPWARDS ARROW}": r"$\uparrow$",
        "\N{DOWNWARDS ARROW}": r"$\downarrow$",
        "\N{BLACK UP-POINTING TRIANGLE}": r"$\blacktriangle$",
        "\N{BLACK DOWN-POINTING TRIANGLE}": r"$\triangledown$",
        "\N{MIDDLE DOT}": r"$\cdot$",
    }
)


def latex(tables: Iterable[Table]) -> str:
    """Return tables as LaTeX floats, for a paper to input; their notes stand in the captions."""
    head = "% \\usepackage{booktabs} in the preamble.\n"
    return head + "\n".join(_float(table) for table in tables)


def escaped(text: str) -> str:
    """Text that LaTeX sets as it is, on one line."""
    return " ".join(text.split()).translate(_ESCAPES)


def _float(table: Table) -> str:
    shape = "".join("r" if column.kind == "number" else "l" for column in table.columns)
    caption = " ".join(escaped(part) for part in (f"{table.full_title}.", *table.notes))
    lines = [
        r"\begin{table}",
        r"  \centering",
        rf"  \caption{{{caption}}}",
        rf"  \label{{tab:{table.name}}}",
        rf"  \begin{{tabular}}{{{shape}}}",
        r"    \toprule",
        f"    {_line(escaped(column.heading) for column in table.columns)}",
        r"    \midrule",
        *(f"    {_line(map(_cell, row))}" for row in table.rows),
        r"    \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def _cell(cell: Cell) -> str:
    shown = rf"\textbf{{{escaped(cell.text)}}}" if cell.best else escaped(cell.text)
    return rf"{shown} {{\scriptsize {escaped(cell.detail)}}}" if cell.detail else shown


def _line(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"
