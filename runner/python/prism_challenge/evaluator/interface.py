"""What a bundle may import: the context, the batch and a recipe.

Nothing here needs the native extension, so a bundle can be imported and its model built on any
machine with torch. The stream of a run exists only inside a run (`prism run`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["PrismBatch", "PrismContext", "PrismStreamBatch", "ReferenceTokenizer", "TrainingRecipe"]


@dataclasses.dataclass(frozen=True)
class TrainingRecipe:
    """Settings a training script may carry around. Prism reads none of them."""

    learning_rate: float = 3e-4
    batch_size: int = 4
    optimizer: str = "adamw"
    scheduler: str = "cosine"
    weight_decay: float = 0.01


@dataclasses.dataclass(frozen=True)
class PrismBatch:
    """One batch, predicted and charged already; train on it now or never.

    `tokens` is an int64 tensor [rows, columns] on the model's device. The first column of a row is
    context that was charged before (or a separator); rows whose text has ended are filled with
    separators.
    """

    tokens: torch.Tensor
    targets: None = None
    metadata: None = None


class PrismStreamBatch:
    """One batch of `ctx.stream`: predict it with `forward()`, then train on it."""

    __slots__ = ("_forward",)

    def __init__(self, forward: Any) -> None:
        self._forward = forward

    @property
    def tokens(self) -> torch.Tensor:
        """As in `PrismBatch`. The rows come when they are first looked at, or at `forward()`."""
        return self._forward.tokens

    def forward(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Runs the model on `tokens` with gradients, once, in the mode it is in, and has its output charged.

        Returns the logits as the model gave them, and the mean loss of the charged tokens in nats, in float32
        and differentiable. Each batch must be predicted before the next is asked for.
        """
        return self._forward()


@dataclasses.dataclass(frozen=True)
class ReferenceTokenizer:
    """The handle of the tokenizer that the course is read with; it doesn't encode.

    A course arrives as ids, and its text is sealed, so there is nothing for a bundle to encode.
    """

    #: As `prism.yaml` spells it.
    name: str
    #: Number of ids, the separator included.
    vocab_size: int
    #: The separator: it stands before each document and fills tails.
    eot_token: int

    @property
    def n_vocab(self) -> int:
        """The same as `vocab_size`."""
        return self.vocab_size


@dataclasses.dataclass(frozen=True)
class PrismContext:
    """What a bundle is told about its run. Changing a copy of it changes nothing outside it."""

    vocab_size: int = 50304
    sequence_length: int = 1024
    max_layers: int = 96
    max_parameters: int = 150_000_000
    seed: int = 1337
    data_dir: str | None = None
    artifacts_dir: str | None = None
    reference_tokenizer_dir: str | None = None
    token_budget: int | None = None
    step_budget: int | None = None
    budget_seconds: float | None = None
    rank: int = 0
    local_rank: int = 0
    world_size: int = 1
    distributed_backend: str | None = None
    device: str = "cpu"
    resume_checkpoint_dir: str | None = None
    is_resume: bool = False
    attempt: int = 1
    tokenizer: str = "bytes"
    #: The tokenizer's separator: the last id, but for LLaMA's beginning of a sequence.
    separator: int | None = None
    _factory: Callable[..., Any] | None = dataclasses.field(default=None, repr=False, compare=False)
    _stream: Callable[..., Iterator[Any]] | None = dataclasses.field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.separator is None:
            object.__setattr__(self, "separator", 1 if self.tokenizer == "llama" else self.vocab_size - 1)

    @property
    def max_seq_len(self) -> int:
        """The same as `sequence_length`."""
        return self.sequence_length

    @property
    def max_params(self) -> int:
        """The same as `max_parameters`."""
        return self.max_parameters

    def build_model(self, *args: Any, **kwargs: Any) -> torch.nn.Module:
        """Builds the bundle's model under the forced seed, the same one at every call."""
        if self._factory is None:
            raise RuntimeError(
                "this context belongs to no run; call your own build_model(ctx), or use `prism run`"
            )
        return self._factory(self, *args, **kwargs)

    def iter_train_batches(
        self,
        model: torch.nn.Module,
        *,
        batch_size: int = 8,
        seq_len: int | None = None,
        tokenizer: Any = None,
    ) -> Iterator[PrismBatch]:
        """The one pass over the course, batch by batch.

        Before a batch is handed out, `model` predicts it in eval mode without gradients and is
        charged for it. `batch_size` rows of `seq_len` columns (default `sequence_length`) are fixed
        by the first call; later calls yield nothing. The last rows of the course may be fewer.
        """
        return self._batches("compatible", model, batch_size, seq_len, tokenizer)

    def stream(
        self,
        model: torch.nn.Module,
        *,
        batch_size: int = 8,
        seq_len: int | None = None,
        tokenizer: Any = None,
    ) -> Iterator[PrismStreamBatch]:
        """The one pass over the course with one forward pass a batch: that of `batch.forward()` is charged.

        The model is charged in the mode it trains in, so nothing in it may look along time or across rows
        while it trains (BatchNorm does); dropout is charged with what it drops. `batch_size`, `seq_len` and
        `tokenizer` are as in `iter_train_batches`; a run has one stream, whichever of the two opens it.
        """
        return self._batches("fast", model, batch_size, seq_len, tokenizer)

    def _batches(
        self, api: str, model: torch.nn.Module, batch_size: int, seq_len: int | None, tokenizer: Any
    ) -> Iterator[Any]:
        if self._stream is None:
            raise RuntimeError("this context belongs to no run, so there is no course; use `prism run`")
        columns = self.sequence_length if seq_len is None else seq_len
        return self._stream(api, model, batch_size=batch_size, seq_len=columns, tokenizer=tokenizer)

    def reference_tokenizer(self, name: str) -> ReferenceTokenizer:
        """The handle of the course's tokenizer, for `iter_train_batches(tokenizer=...)`; no other is to be had."""
        if name != self.tokenizer:
            raise ValueError(
                f"the tokenizer {name!r} is not available in this run: the course is read with "
                f"{self.tokenizer!r}, which prism.yaml declares"
            )
        return ReferenceTokenizer(name, self.vocab_size, self.separator)
