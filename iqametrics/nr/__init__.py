"""No-reference metrics, a file each."""
