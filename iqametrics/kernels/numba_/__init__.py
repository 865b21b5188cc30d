"""The fused CPU executor: one compiled, multi-threaded pass per stencil, with the formula compiled into it."""
