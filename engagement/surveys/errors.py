"""What can go wrong with surveys."""


class UnknownSurvey(Exception):
    """There is no such survey, question or answer sheet here."""


class NotAsked(Exception):
    """The survey is for those who were asked, and this person was not."""


class AnswersThere(Exception):
    """People have answered it: what a question means cannot change any more."""


class BadRule(Exception):
    """A question can depend on an earlier one with choices, and on one of its choices."""


class BadQuestion(Exception):
    """The question cannot be asked so; ``field`` and ``reason`` say what is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


class BadAnswer(Exception):
    """This is no answer to the question; ``key`` is the question's."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


class AnswersMissing(Exception):
    """Not everything is answered; ``key`` is the first question without an answer."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
