"""Full-reference metrics, a file each."""
