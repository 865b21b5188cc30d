"""The reference executor: NumPy in double precision, written to be read."""
