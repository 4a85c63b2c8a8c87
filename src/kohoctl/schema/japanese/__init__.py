"""The descriptions of what comes with kohoctl in Japanese, each by its English sentence in the models."""

from collections.abc import Mapping

JAPANESE: Mapping[str, str] = {}
