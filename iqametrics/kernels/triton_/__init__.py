"""The fused GPU executor: a kernel per stencil, with the formula and its derivative compiled into it."""
