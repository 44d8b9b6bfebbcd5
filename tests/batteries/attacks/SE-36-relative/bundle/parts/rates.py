from ... import secrets

RATE = 3e-3
