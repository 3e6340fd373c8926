"""What can go wrong with people's rights over their data."""


class UnknownConsent(Exception):
    """This person gave no such consent, or has withdrawn it."""


class ListHasFaults(Exception):
    """A list of erasures cannot be applied; ``args[0]`` holds every fault, each with its row."""
