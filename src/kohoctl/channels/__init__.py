"""The kinds of channel that come with kohoctl, a file each."""
