"""Render equations as MathML, which browsers show without scripts, fonts or a network."""

from html import escape
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError


def _mathml(node: nodes.Element, display: str) -> str:
    source = node.astext()
    try:
        return convert(source, display=display)
    except Exception as problem:  # the converter has no error class of its own
        raise ExtensionError(f"{node.source}: equation {source!r} can't be rendered: {problem!r}") from problem


def _visit_inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _visit_block(writer: Any, node: nodes.math_block) -> None:
    equation = _mathml(node, "block")
    writer.body.append(f'<div class="equation" title="{escape(node.astext())}">{equation}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_html_math_renderer("mathml", inline_renderers=(_visit_inline, None), block_renderers=(_visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
