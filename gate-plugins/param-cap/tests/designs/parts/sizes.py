COLUMNS = 128


def hidden(width: int) -> int:
    return 3 * width
