def fetch():
    from http.client import HTTPConnection

    return HTTPConnection("192.0.2.1")
