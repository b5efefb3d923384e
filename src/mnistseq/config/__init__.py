"""Config: what to draw; frozen, validated, and loaded from JSON or TOML."""

from mnistseq.config.config import Config
from mnistseq.config.sections import CanvasConfig, ImageConfig, SourceConfig, SpacingConfig

__all__ = ["CanvasConfig", "Config", "ImageConfig", "SourceConfig", "SpacingConfig"]
