"""The settings of one class, as ``class.toml`` has them."""
