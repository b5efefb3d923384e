"""Contact sheets: many images on one page, with captions, as PNG or SVG."""
