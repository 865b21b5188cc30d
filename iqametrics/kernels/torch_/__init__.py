"""The torch executor: plain tensor operations, for gradients and for any device."""
