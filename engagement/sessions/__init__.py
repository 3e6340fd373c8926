"""Sessions: when people meet, where, about what, who came, and what each table said."""
