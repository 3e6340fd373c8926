"""Panels: who is invited, who registers, what the panel has to look like."""
