"""What can go wrong with messages."""


class UnknownMessage(Exception):
    """There is no such message here, or its state does not allow this."""


class CannotDeliver(Exception):
    """A delivery failed; ``for_good`` tells whether trying again is useless."""

    def __init__(self, problem: str, *, for_good: bool = False) -> None:
        super().__init__(problem)
        self.for_good = for_good


class MayHaveArrived(Exception):
    """A delivery was cut off when the message was on its way: nobody can know whether it left."""
