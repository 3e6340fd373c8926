"""What can go wrong with ballots."""


class UnknownBallot(Exception):
    """There is no such ballot here."""


class BallotState(Exception):
    """The ballot is not in the state for this; the message is the state that it is in."""


class NotReady(Exception):
    """The ballot cannot open yet; the message is what is missing, one of ``rules.Lack``."""


class HasKey(Exception):
    """This member of staff has made a key of this ballot, or both are made."""


class WrongKey(Exception):
    """A typed secret is none of this ballot's; the message is the number of the convenor."""


class NotOnRoll(Exception):
    """Whoever votes is not on the roll of this ballot."""


class OnPaper(Exception):
    """Whoever votes online is down for a vote on paper."""


class HasVoted(Exception):
    """Whoever is to vote on paper has voted online."""


class UnknownSlip(Exception):
    """No slip of this ballot has this code."""


class SlipUsed(Exception):
    """A vote was typed in for this slip already."""


class BadVote(Exception):
    """The vote is not one that this ballot takes."""
