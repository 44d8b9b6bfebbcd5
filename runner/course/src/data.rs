//! Making locked shards and courses out of text.
