//! The llm-review gate.
