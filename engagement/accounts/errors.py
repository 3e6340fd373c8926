"""What can go wrong with accounts."""


class SignInRefused(Exception):
    """The e-mail address, password or code is not right; it never says which."""


class TooBusyToCheck(Exception):
    """Too many passwords are being checked at once; trying again shortly will work."""


class TokenRefused(Exception):
    """The link or code was used before, has expired, was replaced, or never was."""


class PasswordTooShort(Exception):
    """A password has 8 characters or more."""


class PasswordTooLong(Exception):
    """A password has 256 characters or fewer."""


class PasswordTooCommon(Exception):
    """The password stands on the list of those that attackers try first."""


class EmailTaken(Exception):
    """Somebody in this partnership already has this e-mail address."""


class UnknownStaff(Exception):
    """There is no such member of staff here."""


class WouldLockEveryoneOut(Exception):
    """The last administrator can neither be disabled nor lose the role."""


class CodeNotRight(Exception):
    """The code from the authenticator app is not right, or was used before."""


class GuestsHoldRolesInProgrammes(Exception):
    """Somebody who works for another organisation holds roles in single programmes only."""
