"""Preflight: what would fail in a run, found in seconds, on a bundle that nobody trusts.

`python -m prism_challenge.preflight` is started in a jail of its own, imports torch, connects to the host's socket and
waits for its one bundle; then it dies. Everything it says is a claim of a hostile process: clocks, memory and death
are judged outside.

In the order of a request: `examination` leads; `counts` and `held` count what the model holds; `rehearsal` calls
`train(ctx)` up to the first prediction; `output` checks the form of the model's answer; `causality`, with `probe` and
`attribution`, looks for predictions that depend on what they may not see; `seeds` compares builds. `channel` and
`findings` are what is said.
"""
