"""Stencils: what a formula needs from the neighbourhood of a pixel."""
