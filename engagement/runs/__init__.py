"""Runs: background work that is asked for, watched, cancelled, and never done twice."""
