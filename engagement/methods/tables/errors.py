"""What can go wrong when people are to be seated."""


class CannotSeat(Exception):
    """These people cannot sit at these tables; ``reasons`` are sentences, one for each cause."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
