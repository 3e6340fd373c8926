"""What can go wrong with themes and priorities."""


class UnknownTheme(Exception):
    """There is no such theme in this programme."""


class UnknownPriority(Exception):
    """There is no such priority in this programme."""


class CannotMergeIntoItself(Exception):
    """A theme is merged into another one."""


class PriorityNeedsThemes(Exception):
    """A priority rests on at least one theme."""


class TooFewToTell(Exception):
    """So few people took part that nothing can be told of them."""
