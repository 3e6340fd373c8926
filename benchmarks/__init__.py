"""Benchmarks: each a module with a ``run`` that prints its figures; ``python -m benchmarks``."""
