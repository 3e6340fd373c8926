"""Venues: where people meet, what helps them there, and what it costs."""
