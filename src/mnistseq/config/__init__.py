"""Config: what to make; frozen, validated, loadable from the original JSON."""

from mnistseq.config.config import Config
from mnistseq.config.sections import CanvasConfig, ImageConfig, SourceConfig, SpacingConfig

__all__ = ["CanvasConfig", "Config", "ImageConfig", "SourceConfig", "SpacingConfig"]
