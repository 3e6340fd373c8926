"""Choice: what a group decides, by a scale of consent or by ranking, from rules fixed beforehand.

``rules`` are those, ``consent`` and ``ranking`` count, ``record`` is what is published of a count
and how anybody counts it again.
"""
