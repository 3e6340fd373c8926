"""Exports: the files that a board gets."""
