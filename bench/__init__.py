"""The speed claims, measured: ``python -m bench``."""
