"""torch.random."""

from ._shape.modes import (  # noqa: F401
    fork_rng, get_rng_state, initial_seed, manual_seed, seed, set_rng_state,
)
