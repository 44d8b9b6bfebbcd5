"""Types of the model."""

Width = int
