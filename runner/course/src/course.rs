//! Courses: documents, locked shards, tokenizers and the layout of rows. No torch.
//!
//! In reading order: [`Course`] is a fixed list of documents in a fixed order; [`Encoded`] is a course checked
//! against a `Tokenizer`; [`Layout`] cuts it into steps of rows and columns; [`Score`] turns what was charged
//! into bits per byte, with [`BundleSize`] for the part the bundle itself costs; [`data`] makes courses and
//! locked shards out of text, seals courses and publishes them; [`Key`] is what a sealed one is opened with. Nothing here
//! talks to a worker, keeps a clock or knows a model.

mod bundle_size;
pub mod data;
mod documents;
mod encoded;
mod format;
mod key;
mod layout;
mod score;

pub use bundle_size::{BUNDLE_ALLOWANCE_BYTES, BundleSize, BundleSizeError, zstd_version};
pub use documents::{Class, Course, CourseError, Document, Limits, Pool, Provenance, UnknownKind};
pub use encoded::{EncodeError, Encoded};
pub use format::Header;
pub use key::{Key, KeyError, Recipient};
pub use layout::{
    BATCH_FRACTION, BATCH_SIZE, Layout, LayoutError, MIN_CELLS, SEQ_LEN, Step, Steps, max_cells,
};
pub use score::{MAX_BPB, Score, ScoreError, UNREAD_BITS_PER_BYTE};
