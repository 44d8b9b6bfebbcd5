"""The app module of the component: everything is imported here, so that the snapshot holds it."""

import gc

from prism_gate.export import export
from prism_param_cap import confinement
from prism_param_cap.gate import ParamCap

Gate = export(ParamCap())

confinement.for_good()
# What the snapshot holds is never garbage: a later collection looks at the bundle's objects only.
gc.collect()
gc.freeze()
