"""The gate `param-cap`: runs `build_model(ctx)` against a torch of shapes and counts what it registers."""
