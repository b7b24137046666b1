"""The same formats read by well-kept libraries: slow, and what the fast readers are compared with."""
