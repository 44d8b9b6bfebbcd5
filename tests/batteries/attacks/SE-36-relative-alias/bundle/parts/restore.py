from . import engine as lib


def restore(path):
    return lib.load(path)
