"""Compact storage of tables."""


def loads(data):
    return list(data)
