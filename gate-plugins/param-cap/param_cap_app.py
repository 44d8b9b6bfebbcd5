"""The app module of the component: everything is imported here, so that the snapshot holds it."""

from prism_gate.export import export
from prism_param_cap import confinement, rehearsal
from prism_param_cap.gate import ParamCap

Gate = export(ParamCap())
confinement.for_good()
rehearsal.rehearse(Gate)
confinement.settle()
