"""Pure functions from arrays to numbers: one published method, one function."""
