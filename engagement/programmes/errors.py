"""What can go wrong with programmes."""


class UnknownProgramme(Exception):
    """There is no such programme here, or it is not this person's."""


class UnknownActivity(Exception):
    """There is no such activity in this programme."""


class RemitIsNotYours(Exception):
    """Only the organisation that leads a programme may change what it asks."""


class NotReady(Exception):
    """Something cannot be published yet; ``missing`` says in words what it lacks."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("; ".join(missing))
        self.missing = missing


class UnknownOrganisation(Exception):
    """There is no such organisation here."""


class ClosesBeforeItOpens(Exception):
    """An activity cannot close before it opens."""
