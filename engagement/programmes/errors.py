"""What can go wrong with programmes."""


class UnknownProgramme(Exception):
    """There is no such programme here, or it is not this person's."""
