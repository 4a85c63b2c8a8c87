"""The contract test for kinds of channel, and what a plugin's own tests need."""
