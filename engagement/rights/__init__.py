"""Rights: what reaches every room. Seeing, withdrawing, erasing what is held; retention."""
