"""Write the table of metrics in the README: `python docs/_ext/readme_table.py`, or `--check` whether it is up to date."""

import sys
from pathlib import Path

from records import all_metrics, markdown_table

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- metrics: begin -->\n", "<!-- metrics: end -->\n"


def with_table(text: str) -> str:
    """Return the README's text with the table as the records have it now."""
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{markdown_table(all_metrics())}\n\n{END}{tail}"


if __name__ == "__main__":
    old = README.read_text("utf-8")
    new = with_table(old)
    if sys.argv[1:] == ["--check"]:
        sys.exit(
            0 if new == old else f"{README}: the table of metrics is out of date; run {Path(__file__).name}\n{new}"
        )
    README.write_text(new, "utf-8")
