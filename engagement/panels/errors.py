"""What can go wrong with panels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


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
    """The targets of a feature cannot give the panel its size; ``problem`` says why, ``value`` at
    which answer where it is one."""

    def __init__(self, problem: str, value: str = "") -> None:
        super().__init__(problem)
        self.problem, self.value = problem, value


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


class SourceUsed(ValueError):
    """An earlier draw of the panel was published with the same source of its seed."""


class NoEmptySeat(ValueError):
    """Every seat of the panel is taken or offered, so that there is nothing to draw."""


class NotAgreed(ValueError):
    """An auditor has not agreed yet to how the rows of people are handled, or not taken them."""


class AlreadySigned(ValueError):
    """An auditor's statement stands: it was signed and published."""


class OffersOpen(ValueError):
    """A panel cannot be confirmed while somebody may still answer an offer."""


class NobodySeated(ValueError):
    """A panel cannot be confirmed on which nobody has a seat."""


class MakeupPublished(ValueError):
    """The make-up of the panel at this moment is published already."""


class ReserveOver(ValueError):
    """Empty seats are drawn again no more; ``last_day`` was the last on which they were."""

    def __init__(self, last_day: date) -> None:
        super().__init__(last_day.isoformat())
        self.last_day = last_day
