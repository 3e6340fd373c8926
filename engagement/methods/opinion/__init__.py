"""Opinion: where people who voted on statements stand, and what unites and divides them.

``reading`` takes votes from tables, ``find`` makes map, groups and figures of them, ``stability``
says how far the groups can be relied on, ``drawing`` and ``page`` show them. Importing this package
is cheap: numpy and scipy come only when a method runs.
"""
