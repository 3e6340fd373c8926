"""Accounts: staff and their roles, sessions, passwords, second factors, single-use links."""
