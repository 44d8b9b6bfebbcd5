import torch as engine
