"""Numbers the model needs."""

WIDTH = 96
