"""Deliberation: what a panel recommends, agreed by ballot, what it expects, and who disagrees."""
