"""Finding the plugins and holding what they bring, so that a broken one costs nothing but its own."""

from kohoctl.plugins.registry import Plugins as Plugins
from kohoctl.plugins.registry import find_plugins as find_plugins
