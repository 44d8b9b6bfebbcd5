"""The app module of the component. Everything is imported here, so that the snapshot holds it."""

from function_length import FunctionLength
from prism_gate.export import export

Gate = export(FunctionLength())
