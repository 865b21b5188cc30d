"""The performance suite: what is timed, on which pictures, and the gate before it."""
