"""Every setting of the platform: one frozen object, made once by each process's composition root."""

from infinite_scribe.core.settings.loading import SettingsError, load_settings
from infinite_scribe.core.settings.sections import Settings

__all__ = ["Settings", "SettingsError", "load_settings"]
