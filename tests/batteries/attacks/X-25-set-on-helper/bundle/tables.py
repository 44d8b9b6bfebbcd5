reader = None


def read(path):
    return reader(path)
