"""Sortition: a panel drawn by a lottery that is as fair as it can be, and proves it.

``reading`` takes targets and registrants from tables, ``selection`` finds the lottery and its
tickets, ``commitment`` and ``packs`` publish them, ``replacement`` fills seats that fall empty,
``letters`` draws the addresses that are invited. Importing this package is cheap.
"""
