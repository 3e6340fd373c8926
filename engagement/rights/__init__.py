"""Rights: what reaches every room. Now: retention."""
