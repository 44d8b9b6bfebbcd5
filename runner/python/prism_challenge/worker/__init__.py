"""The worker: runs one bundle inside the jail and answers the supervisor's questions.

Order of a run: connect, seed, lock the process down, import the bundle, call `train(ctx)`, export
the state. The course never is in this process; a batch comes in when it is asked about.
"""
