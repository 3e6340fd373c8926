"""What can go wrong with panels."""

from __future__ import annotations

from collections.abc import Sequence


class UnknownPanel(LookupError):
    """There is no such panel, or it is not the asker's to see."""


class NotAPanel(ValueError):
    """The activity is not a panel by its kind."""


class PanelLacks(ValueError):
    """The panel cannot be opened; ``parts`` says what is missing, in words."""

    def __init__(self, parts: Sequence[str]) -> None:
        super().__init__(", ".join(parts))
        self.parts = tuple(parts)


class PanelExists(ValueError):
    """The activity has its panel already."""


class UnknownFeature(LookupError):
    """The panel is not balanced by this."""


class NoFigures(LookupError):
    """No figures about this are imported for the programme's areas."""


class TargetsDoNotFit(ValueError):
    """The targets of a feature cannot give the panel its size; ``problem`` says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class AlreadyInvited(ValueError):
    """What people are asked cannot change once somebody has answered."""


class RegistrationClosed(ValueError):
    """Nobody can register, or change what they sent, any more."""


class NotInvited(LookupError):
    """This person has no invitation to the panel."""


class UnknownRegistration(LookupError):
    """There is no such registration."""


class AnswersMissing(ValueError):
    """A registration cannot be sent; ``features`` are the keys that have no answer."""

    def __init__(self, features: Sequence[str]) -> None:
        super().__init__(", ".join(features))
        self.features = tuple(features)


class NotAChoice(ValueError):
    """The answer is none of those on offer."""
