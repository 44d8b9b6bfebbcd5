from torch import nn

from ..sizes import WIDTH


class Head(nn.Linear):
    def __init__(self, vocab):
        super().__init__(WIDTH, vocab)
