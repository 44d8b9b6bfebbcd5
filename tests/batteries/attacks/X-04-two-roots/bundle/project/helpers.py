lib = None
