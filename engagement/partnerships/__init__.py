"""Partnerships: the tenants."""
