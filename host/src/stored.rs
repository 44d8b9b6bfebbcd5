//! What the store keeps of a submission, opened again: the very bundle that was judged.

use prism_bundle::{Bundle, Refusal};
use prism_store::records::CodeForm;
use prism_store::{Store, StoreError};

/// The bundle of a submission, or why it is not closed.
///
/// # Errors
/// When state or blob can't be read.
pub fn bundle(store: &Store, submission_id: &str) -> Result<Result<Bundle, Refusal>, StoreError> {
    let source = store.source(submission_id)?;
    let content = store.blobs().get(&source.blob)?;
    Ok(match source.form {
        CodeForm::Archive => Bundle::from_zip(&content),
        CodeForm::Text if source.filename.ends_with(".py") => {
            Bundle::from_files([(source.filename, content)].into())
        }
        CodeForm::Text => Bundle::from_base64(&String::from_utf8_lossy(&content)),
    })
}
