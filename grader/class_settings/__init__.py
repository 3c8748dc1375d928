"""The settings of one class, from ``class.toml``."""
