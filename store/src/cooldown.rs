//! Void runs: why one is, and how long nothing else of its miner is begun. Whoever is next in the queue goes first meanwhile.

use crate::Store;
use crate::change::Change;
use crate::error::StoreError;
use crate::key::Key;
use crate::queue::QueuePolicy;
use crate::record::Record;
use crate::records::{Level, Miner, Reason, ReasonCode, Ruling, Score};
use crate::timestamp::Timestamp;

impl Store {
    /// Until when nothing of a hotkey is claimed because a run of its was void; none when it isn't so.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn cooldown(
        &self,
        hotkey: &str,
        policy: &QueuePolicy,
    ) -> Result<Option<Timestamp>, StoreError> {
        let miner = self.read(miner_key(hotkey))?;
        Ok(cooldown(miner, policy, Timestamp::now()))
    }
}

/// Why a score is void, noted with its miner too; none when it isn't.
pub(crate) fn void(
    change: &mut Change<'_>,
    hotkey: &str,
    score: &Score,
) -> Result<Option<Reason>, StoreError> {
    if score.level != Level::Void {
        return Ok(None);
    }
    let ruling = score.verification.as_ref();
    let code = match ruling.map(|found| found.ruling) {
        Some(Ruling::CapturedTooLow) => ReasonCode::CapturedTooLow,
        Some(Ruling::NotRepeated) => ReasonCode::NotRepeated,
        Some(Ruling::StateMismatch) => ReasonCode::StateMismatch,
        Some(Ruling::Verified) | None => {
            return Err(StoreError::Invalid(
                "a void score must say why it is void".into(),
            ));
        }
    };
    if let Some(mut miner) = change.get::<Miner>(miner_key(hotkey))? {
        miner.void_at = Some(change.now);
        change.put(miner_key(hotkey), &miner)?;
    }
    let detail = ruling.and_then(|found| found.detail.clone());
    Ok(Some(Reason {
        code,
        detail: detail.unwrap_or_else(|| "verification found the run void".into()),
    }))
}

/// Until when nothing of this miner is claimed.
pub(crate) fn cooldown(
    miner: Option<Miner>,
    policy: &QueuePolicy,
    now: Timestamp,
) -> Option<Timestamp> {
    let until = miner?.void_at?.after(policy.cooldown);
    (until > now).then_some(until)
}

pub(crate) fn miner_key(hotkey: &str) -> Key {
    Key::of(Miner::TABLE).text(hotkey)
}
