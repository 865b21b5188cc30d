"""Many images: which belongs to which reference, and their scores."""
