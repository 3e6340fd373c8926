"""Why a corpus has no themes: each a sentence that can be shown as it is."""


class TooFewPoints(Exception):
    """There are ``found`` points; grouping needs at least ``needed``."""

    def __init__(self, found: int, needed: int) -> None:
        super().__init__(found, needed)
        self.found, self.needed = found, needed

    def __str__(self) -> str:
        return f"There are {self.found} points; finding themes needs at least {self.needed}."


class TooFewDistinctPoints(TooFewPoints):
    """Of many points only ``found`` differ; grouping needs at least ``needed``."""

    def __str__(self) -> str:
        return (
            f"Only {self.found} of the points differ from each other;"
            f" finding themes needs at least {self.needed} that do."
        )


class NothingInCommon(Exception):
    """Hardly any two points share a word."""

    def __str__(self) -> str:
        return "The points share too few words to be grouped."
