"""Answers on paper: coded forms, typed by two people, one contribution once both agree."""
