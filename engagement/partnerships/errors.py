"""What can go wrong with a partnership."""


class SlugTaken(Exception):
    """Another partnership already has this short name in the address."""


class SlugUnusable(Exception):
    """A short name may hold lower-case letters, digits and single dashes."""


class OrganisationThere(Exception):
    """The partnership works with an organisation of this name already."""
