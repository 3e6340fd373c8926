"""Documents: how a table or a text becomes a file that an office opens."""
