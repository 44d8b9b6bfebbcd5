"""Configuration of the model, apart from it as in the big libraries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional


@dataclass
class LlamaConfig:
    vocab_size: int = 257
    hidden_size: int = 128
    intermediate_size: int = 344
    num_hidden_layers: int = 3
    num_attention_heads: int = 8
    num_key_value_heads: Optional[int] = 2
    max_position_embeddings: int = 2048
    initializer_range: float = 0.02
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    attention_bias: bool = False
    tie_word_embeddings: bool = False
    architectures: list[str] = field(default_factory=lambda: ["LlamaForCausalLM"])

    def __post_init__(self) -> None:
        if self.num_key_value_heads is None:
            self.num_key_value_heads = self.num_attention_heads
        if self.num_attention_heads % self.num_key_value_heads:
            raise ValueError("num_attention_heads must be a multiple of num_key_value_heads")

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads
