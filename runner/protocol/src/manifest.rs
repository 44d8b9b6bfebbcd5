//! `prism_run_manifest.v2.json`, authored by the supervisor.
