# `make demo` shows the whole path on real input; `make test` runs every test that needs no GPU.
# Both install what they need first (scripts/setup) and are quick the second time.
SHELL := bash
.PHONY: demo test lint setup clean-cache
setup:
	@scripts/setup
demo: setup
	@scripts/prism demo
lint: setup
	@scripts/lint
test: setup
	@scripts/test
# Removes everything setup made: environment, build output, installation.
clean-cache:
	@. scripts/env && rm -rf "$$PRISM_CACHE" && echo "removed $$PRISM_CACHE"
