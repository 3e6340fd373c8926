"""What can go wrong with residents and their codes."""


class CodeRefused(Exception):
    """The code is not right, has expired, or was replaced; it never says which."""


class ReturnWordNotRight(Exception):
    """Nobody started from this letter with this word."""


class ReturnWordTooShort(Exception):
    """A return word has 4 characters or more."""


class ReturnWordTaken(Exception):
    """Another person who started from this letter chose the same word."""


class UnknownResident(Exception):
    """There is no such resident here."""


class UnknownQuestion(Exception):
    """There is no such question."""


class NotAnAnswer(Exception):
    """This is not one of the question's answers."""
