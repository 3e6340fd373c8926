"""Stored files, behind one store interface: nothing else reads a path of its own."""
