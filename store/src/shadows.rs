//! What gates in shadow mode said, submission by submission, with running counts.
//!
//! A shadow has one result a submission: when that is judged again (a retry, another revision), the new result takes
//! the place of the old one in the list and in the counts, so that the counts are submissions. The event log keeps
//! both. Results need no claim: the submission may be elsewhere by the time a shadow has answered.

use serde_json::{Value, json};

use crate::Store;
use crate::change::Change;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::{Record, decode};
use crate::records::{ShadowCounts, ShadowResult};
use crate::timestamp::Timestamp;
use crate::verdict::GateRun;

/// The keys of results that disagree, so that they are found among any number that agree.
const DISAGREEMENTS: &str = "shadow_disagreements";

/// Some results, the newest first.
#[derive(Clone, Debug)]
pub struct ShadowPage {
    /// The results.
    pub results: Vec<ShadowResult>,
    /// Where the older ones begin; none at the end.
    pub next: Option<String>,
}

impl Store {
    /// Keeps what a shadow said of a submission, with both whole reports. `at` and `blob` of the result are set
    /// here.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] for an unknown submission; when disk or database fail.
    pub fn record_shadow(
        &self,
        mut result: ShadowResult,
        enforced: Option<&GateRun>,
        shadow: &GateRun,
    ) -> Result<(), StoreError> {
        let reports = serde_json::to_vec(&json!({ "enforced": enforced, "shadow": shadow }))
            .map_err(|error| StoreError::Invalid(error.to_string()))?;
        result.blob = Some(self.blobs().put(&reports)?);
        let mut change = self.change();
        result.at = change.now;
        let submission = change.submission(&result.submission_id)?;
        let counts_key = || counts_key(&result.shadow_digest);
        let mut counts = change
            .get::<ShadowCounts>(counts_key())?
            .unwrap_or_default();
        if let Some(old) = replaced(&mut change, &result)? {
            count(&mut counts, &old, |counter| {
                *counter = counter.saturating_sub(1)
            });
        }
        count(&mut counts, &result, |counter| {
            *counter = counter.saturating_add(1);
        });
        change.put(counts_key(), &counts)?;
        let (digest, id) = (&result.shadow_digest, &result.submission_id);
        change.index(newest_key(digest, id), &result.at.0.to_be_bytes());
        change.put(place(ShadowResult::TABLE, digest, result.at, id), &result)?;
        if !result.agrees {
            change.index(place(DISAGREEMENTS, digest, result.at, id), &[]);
        }
        let kind = if result.agrees {
            "gate.shadow_agreed"
        } else {
            "gate.shadow_disagreed"
        };
        let detail = json!({
            "gate": result.gate, "digest": digest, "revision": result.revision, "enforced": result.enforced,
            "shadow": result.shadow, "blob": result.blob,
        });
        change.event(&submission.id, kind, detail)?;
        change.commit()
    }

    /// How often a shadow agreed.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn shadow_counts(&self, digest: &str) -> Result<ShadowCounts, StoreError> {
        Ok(self.read(counts_key(digest))?.unwrap_or_default())
    }

    /// What a shadow said, the newest first, at most `limit` results; `after` is from an earlier page.
    ///
    /// # Errors
    ///
    /// [`StoreError::Invalid`] when `after` is not from such a page; when the database fails.
    pub fn shadow_results(
        &self,
        digest: &str,
        only_disagreements: bool,
        limit: usize,
        after: Option<&str>,
    ) -> Result<ShadowPage, StoreError> {
        let table = if only_disagreements {
            DISAGREEMENTS
        } else {
            ShadowResult::TABLE
        };
        let prefix = Key::of(table).text(digest).into_bytes();
        let end = match after {
            Some(after) => hex::decode(after)
                .ok()
                .filter(|key| key.starts_with(&prefix))
                .ok_or_else(|| {
                    StoreError::Invalid(
                        "`after` is not from an earlier answer to the same question: begin without it"
                            .into(),
                    )
                })?,
            None => Key::of(table).text(digest).number(u64::MAX).into_bytes(),
        };
        let mut page = ShadowPage {
            results: Vec::new(),
            next: None,
        };
        for entry in self.0.tree.range(prefix.clone()..end).rev() {
            if page.results.len() >= limit {
                page.next = page
                    .results
                    .last()
                    .map(|last| place(table, digest, last.at, &last.submission_id))
                    .map(|key| hex::encode(key.into_bytes()));
                break;
            }
            let (key, value) = entry.map_err(StoreError::database("reading shadow results"))?;
            if !only_disagreements {
                page.results.push(decode(&value)?);
                continue;
            }
            // The same place in the table of results. It may have been replaced since the scan began.
            let place = key.get(prefix.len()..).unwrap_or_default();
            let key = Key::of(ShadowResult::TABLE).text(digest).rest(place);
            page.results.extend(self.read::<ShadowResult>(key)?);
        }
        Ok(page)
    }

    /// Both whole reports of a result.
    ///
    /// # Errors
    ///
    /// When the blob can't be read.
    pub fn shadow_reports(&self, result: &ShadowResult) -> Result<Option<Value>, StoreError> {
        let Some(blob) = &result.blob else {
            return Ok(None);
        };
        let json = self.blobs().get(blob)?;
        serde_json::from_slice(&json)
            .map(Some)
            .map_err(|error| StoreError::Unreadable {
                table: ShadowResult::TABLE,
                reason: error.to_string(),
            })
    }
}

/// Takes the result away that this shadow has of the submission, if any.
fn replaced(
    change: &mut Change<'_>,
    result: &ShadowResult,
) -> Result<Option<ShadowResult>, StoreError> {
    let (digest, id) = (&result.shadow_digest, &result.submission_id);
    let Some(at) = change.index_value(newest_key(digest, id))? else {
        return Ok(None);
    };
    let at = at.first_chunk::<8>().copied().unwrap_or_default();
    let at = Timestamp(u64::from_be_bytes(at));
    let key = || place(ShadowResult::TABLE, digest, at, id);
    let old = change.get::<ShadowResult>(key())?;
    change.remove(key());
    change.remove(place(DISAGREEMENTS, digest, at, id));
    Ok(old)
}

fn count(counts: &mut ShadowCounts, result: &ShadowResult, mut step: impl FnMut(&mut u64)) {
    step(&mut counts.judged);
    step(if result.agrees {
        &mut counts.agreed
    } else {
        &mut counts.disagreed
    });
    if result.shadow.fault.is_some() {
        step(&mut counts.broken);
    }
}

fn place(table: &'static str, digest: &str, at: Timestamp, submission_id: &str) -> Key {
    Key::of(table).text(digest).number(at.0).text(submission_id)
}

fn newest_key(digest: &str, submission_id: &str) -> Key {
    Key::of("shadow_of_submission")
        .text(digest)
        .text(submission_id)
}

fn counts_key(digest: &str) -> Key {
    Key::of(ShadowCounts::TABLE).text(digest)
}
