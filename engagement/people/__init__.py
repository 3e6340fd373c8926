"""People: residents, how they come in without a password, what they agreed to tell us."""
