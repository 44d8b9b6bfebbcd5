from helpers import t as tensors


def build_model(ctx):
    zoo = tensors.hub
    return zoo.load("someone/model", "big")
