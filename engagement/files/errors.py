"""What can go wrong with stored files."""


class FileMissing(Exception):
    """There is no such file, or its time has passed."""


class StoreUnusable(Exception):
    """The store cannot be written; the message says why."""
