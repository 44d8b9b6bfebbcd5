"""Prints runtime.json: what the host must know of the Python environment that runs bundles.

Run with the environment's own interpreter. `python_roots` are the folders the jail has to show
(read-only) for that interpreter to start: the environment and the installation it was made from.
"""

import importlib.metadata
import json
import platform
import sys
import sysconfig
from pathlib import Path

roots = {sys.prefix, sys.base_prefix, str(Path(sys.base_prefix).resolve())}
# A root below /usr is in the jail anyway.
roots = sorted(root for root in roots if Path(root).parts[:2] != ("/", "usr"))
print(
    json.dumps(
        {
            "python": sys.executable,
            "python_roots": roots,
            "libtorch": str(Path(sysconfig.get_path("purelib")) / "torch" / "lib"),
            "python_version": platform.python_version(),
            "torch_version": importlib.metadata.version("torch"),
        },
        indent=2,
    )
)
