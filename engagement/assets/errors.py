"""What can go wrong with venues."""


class UnknownVenue(LookupError):
    """The partnership has no such venue."""


class VenueExists(ValueError):
    """There is a venue of this name already."""
