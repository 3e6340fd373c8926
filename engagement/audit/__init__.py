"""The audit chain: every change of state, each entry holding the hash of the one before."""
