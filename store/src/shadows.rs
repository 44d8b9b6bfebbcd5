//! What gates in shadow mode said, submission by submission, with running counts.

use serde_json::{Value, json};

use crate::Store;
use crate::error::StoreError;
use crate::key::Key;
use crate::record::Record;
use crate::records::{ShadowCounts, ShadowResult};
use crate::verdict::GateRun;

/// Some results, the newest first.
#[derive(Clone, Debug)]
pub struct ShadowPage {
    /// The results.
    pub results: Vec<ShadowResult>,
    /// Where the older ones begin; none at the end.
    pub next: Option<String>,
}

impl Store {
    /// Keeps what a shadow said of a submission, with both whole reports.
    ///
    /// # Errors
    ///
    /// When disk or database fail.
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
        let mut counts = change
            .get::<ShadowCounts>(counts_key(&result.shadow_digest))?
            .unwrap_or_default();
        counts.judged += 1;
        let counter = if result.agrees {
            &mut counts.agreed
        } else {
            &mut counts.disagreed
        };
        *counter += 1;
        counts.broken += u64::from(result.shadow.fault.is_some());
        change.put(counts_key(&result.shadow_digest), &counts)?;
        let key = Key::of(ShadowResult::TABLE)
            .text(&result.shadow_digest)
            .number(change.now.0)
            .text(&result.submission_id);
        change.put(key, &result)?;
        if !result.agrees {
            let detail = json!({
                "gate": result.gate, "digest": result.shadow_digest, "enforced": result.enforced,
                "shadow": result.shadow,
            });
            change.event(&result.submission_id, "gate.shadow_disagreed", detail)?;
        }
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
    /// [`StoreError::Invalid`] when `after` is not from a page; when the database fails.
    pub fn shadow_results(
        &self,
        digest: &str,
        only_disagreements: bool,
        limit: usize,
        after: Option<&str>,
    ) -> Result<ShadowPage, StoreError> {
        let prefix = Key::of(ShadowResult::TABLE).text(digest).into_bytes();
        let end = match after {
            Some(after) => hex::decode(after)
                .ok()
                .filter(|key| key.starts_with(&prefix))
                .ok_or_else(|| StoreError::Invalid("`after` is not from an earlier answer".into()))?,
            None => {
                let mut end = prefix.clone();
                end.extend_from_slice(&[0xff; 16]);
                end
            }
        };
        let mut page = ShadowPage {
            results: Vec::new(),
            next: None,
        };
        for entry in self.0.tree.range(prefix..end).rev() {
            let (key, value) = entry.map_err(StoreError::database("reading shadow results"))?;
            let result: ShadowResult = crate::record::decode(&value)?;
            if only_disagreements && result.agrees {
                continue;
            }
            page.results.push(result);
            if page.results.len() >= limit {
                page.next = Some(hex::encode(key));
                break;
            }
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

fn counts_key(digest: &str) -> Key {
    Key::of(ShadowCounts::TABLE).text(digest)
}
