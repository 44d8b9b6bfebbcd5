"""What Prism's miners import, and the worker that runs their bundles.

`prism_challenge.evaluator.interface` is the part for miners. `prism_challenge.worker` is run inside the
jail by Prism itself.
"""
