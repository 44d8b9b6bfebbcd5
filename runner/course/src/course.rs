//! Courses: documents, locked shards, tokenizers and the layout of rows. No torch.
