"""The app module of the component: everything is imported here, so that the snapshot holds it."""

from prism_gate.export import export
from prism_param_cap import confinement
from prism_param_cap.gate import ParamCap

Gate = export(ParamCap())
confinement.for_good()
