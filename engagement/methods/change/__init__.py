"""Change between two shares, with an interval that says how far it can be trusted."""
