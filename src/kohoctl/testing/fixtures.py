"""The fixtures that a plugin's own tests may use."""
