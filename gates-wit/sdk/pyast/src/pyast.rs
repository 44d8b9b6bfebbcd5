//! Python syntax tree, positions, scopes and import resolution, shared by the gates that read source.
