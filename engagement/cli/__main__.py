"""``python -m engagement.cli`` is the same as ``engagement``."""

from engagement.cli import main

main()
