"""A student's working copy: making it, keeping it up to date, and what its checks found."""
