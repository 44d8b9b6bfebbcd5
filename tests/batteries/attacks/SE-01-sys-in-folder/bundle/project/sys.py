argv = []
