"""Metrics on feature maps, a file each."""
