"""Ballots: what a panel decides, in secret and by rules fixed before; and straw polls."""
