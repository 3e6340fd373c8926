"""Programmes: one engagement exercise each."""
