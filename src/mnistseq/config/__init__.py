"""Config: what to make; frozen, validated, loadable from the original JSON."""

from mnistseq.config.model import CanvasConfig, Config, ImageConfig, SourceConfig, SpacingConfig

__all__ = ["CanvasConfig", "Config", "ImageConfig", "SourceConfig", "SpacingConfig"]
