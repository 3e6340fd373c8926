"""Contributions: the one corpus of a programme, whatever the channel."""
