"""Config: what to make; frozen, validated, loadable from the original JSON."""

from mnistseq.config.model import Config, ImageConfig, SourceConfig, SpacingConfig

__all__ = ["Config", "ImageConfig", "SourceConfig", "SpacingConfig"]
