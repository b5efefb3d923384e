"""What several transforms share: warps, blurs, noise, boxes; and the one place that opens an image file."""
