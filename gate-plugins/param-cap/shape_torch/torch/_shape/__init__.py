"""The machinery behind the shape-only `torch`: tensors that know shape, dtype and device, and no data."""
