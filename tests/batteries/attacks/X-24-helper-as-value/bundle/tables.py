import torch

SIZES = torch.arange(4)
