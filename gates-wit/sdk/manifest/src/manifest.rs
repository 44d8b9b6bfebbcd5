//! The bundle's prism.yaml: a strict YAML subset with size, depth and alias limits.
