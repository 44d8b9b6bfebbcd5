sep = '/'
