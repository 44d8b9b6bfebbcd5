import torch as lib
