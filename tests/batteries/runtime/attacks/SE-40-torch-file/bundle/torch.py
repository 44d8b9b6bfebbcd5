"""In place of torch."""


def log_softmax(*_):
    return 0
