import math
import os
import socket

import torch.nn as nn


def build_model(ctx):
    os.environ["X"] = str(math.pi)
    return nn.Linear(1, 1)
