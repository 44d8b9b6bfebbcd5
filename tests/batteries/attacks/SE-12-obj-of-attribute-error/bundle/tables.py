import torch

SIZES = torch.tensor([1, 2, 4])
