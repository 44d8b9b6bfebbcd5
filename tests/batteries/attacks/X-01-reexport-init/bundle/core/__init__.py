from .backend import engine
