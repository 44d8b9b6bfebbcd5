#!/usr/bin/env bash
# From nothing to a gate that judges: ten-lines.sh LANGUAGE. Wants `prism` on PATH, PRISM_SERVER and
# PRISM_ADMIN_TOKEN_FILE of a running service, KEYS (its set of trusted keys) and REGISTRY (host:port of an OCI registry).
set -euo pipefail
gate=first-$1
prism gate new --lang "$1" "$gate"
prism gate test "$gate"
wasm=$gate/build/$gate.wasm
prism gate key new --id "author-$1" --out "$gate.key"
prism gate key trust "$gate.key.pub" --keys "$KEYS"
prism gate sign "$wasm" --key "$gate.key"
prism gate push "$wasm" "$REGISTRY/gates/$gate:0.1.0"
prism gate install "oci://$REGISTRY/gates/$gate:0.1.0" --yes --reason "my first gate"
prism gate activate "$gate@0.1.0" --reason "my first gate"
prism gate status
