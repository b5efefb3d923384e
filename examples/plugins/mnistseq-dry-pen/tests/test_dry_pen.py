"""The transform keeps its contract, and glyphs keep the promised fraction of ink."""

import numpy as np
import pytest
from mnistseq_dry_pen import DryPen

from mnistseq import Config, ImageConfig, build_composer
from mnistseq.testing import check_glyph_transform


@pytest.mark.parametrize("least", [0.0, 0.4, 1.0])
def test_contract(least: float) -> None:
    """Shapes, dtypes, purity; no glyph loses its ink."""
    check_glyph_transform(DryPen(least))


def test_share_of_ink() -> None:
    """The same pixels are ink, and each glyph's darkest keeps at least its share."""
    plain = build_composer().compose(["35"], seed=3)[0]
    image = ImageConfig(transform=[{"name": "dry-pen", "least": 0.5}])
    pale = build_composer(Config(image=image)).compose(["35"], seed=3)[0]
    np.testing.assert_array_equal(plain.image < 255, pale.image < 255)
    np.testing.assert_array_equal(plain.glyph_ids, pale.glyph_ids)
    for x0, y0, x1, y1 in plain.boxes:
        before, after = (255 - int(s.image[y0:y1, x0:x1].min()) for s in (plain, pale))
        assert 0.5 * before <= after <= before
