"""Texts that are nearly the same, such as one letter sent by many."""

from engagement.methods.duplicates.find import Alike, near_duplicates

__all__ = ["Alike", "near_duplicates"]
