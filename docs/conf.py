"""Sphinx configuration: `sphinx-build -W --keep-going -b html docs docs/_build/html`; no network needed."""

import sys
from importlib import import_module
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / "_ext"), str(Path(__file__).parents[1])]
iqametrics = import_module("iqametrics")  # the one of this checkout

project = "iqametrics"
author = "The iqametrics developers"
copyright = author
release = version = iqametrics.__version__

extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "mathml",
    "dataset_cards",
    "distortion_list",
    "gpu_page",
    "metric_pages",
    "performance_page",
    "peer_tables",
]
exclude_patterns = ["_build", "_ext", "gallery", "auto_gallery/*.ipynb", "auto_gallery/*.py"]
default_role = "literal"
smartquotes = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"
maximum_signature_line_length = 80
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "auto_gallery",
    "within_subsection_order": "FileNameSortKey",
    "download_all_examples": False,
    "show_signature": False,
    "write_computation_times": False,
    "thumbnail_size": (400, 280),
    "image_srcset": ["2x"],
    "capture_repr": (),
    "min_reported_time": 3600,  # running times are no business of the reader
}

html_theme = "furo"
html_title = f"iqametrics {release}"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["iqametrics.css"]
html_show_sphinx = False
html_copy_source = False
