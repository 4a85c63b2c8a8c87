"""Everything that can go wrong, done to kohoctl on purpose, again and again."""
