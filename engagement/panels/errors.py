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


class SharesTooGreat(ValueError):
    """Some people are to have so many times their share that nothing, or less, is left."""


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


class RegistrationOpen(ValueError):
    """A draw cannot be prepared while people can still register."""


class DrawUnderWay(ValueError):
    """Another draw of the panel is being prepared or waits for its seed."""


class UnknownDraw(LookupError):
    """There is no such draw, or it is not the asker's to see."""


class NotThatFar(ValueError):
    """The draw is not in the state that this step needs; ``state`` is what it is in."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class PoolChanged(ValueError):
    """Somebody's registration or the targets changed since the draw was prepared."""


class SamePerson(ValueError):
    """Two members of staff have to enter the seed, and this is the one who did already."""


class SeedsDiffer(ValueError):
    """The second seed is not the first; neither counts any more."""


class UnknownSeat(LookupError):
    """There is no such seat."""


class SeatDecided(ValueError):
    """The offer was answered already, or its time has passed; ``state`` is what it is."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class CannotInvite(ValueError):
    """The panel is not at the point where letters make sense; the message says why."""


class BatchMadeMeanwhile(ValueError):
    """Somebody made a batch since the lottery was looked at, so its result would be another."""


class UnknownList(LookupError):
    """There is no such list of addresses waiting, or its time has passed."""


class ListHasFaults(ValueError):
    """The lottery cannot be held over a list; nothing was made."""


class CodesGone(LookupError):
    """The codes of a batch are not kept for whoever asks, or not any more."""


class UnknownLetters(LookupError):
    """The panel has no letters with these ``numbers``."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(", ".join(map(str, numbers)))
        self.numbers = tuple(numbers)
