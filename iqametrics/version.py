"""The version of the package, on its own so that files which write it down do not import the package's whole face."""

__version__ = "0.1.0.dev0"
