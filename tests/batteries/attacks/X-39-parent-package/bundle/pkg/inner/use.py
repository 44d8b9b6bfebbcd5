from engine import lib as thing


def go():
    return thing.load("last.pt")
