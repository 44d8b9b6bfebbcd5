//! Points in time, as records keep them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::macros::format_description;

/// Microseconds since 1970, UTC. A record holds the integer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// By this machine's clock.
    pub fn now() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }

    /// The beginning of this second.
    pub fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// This much later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)),
        )
    }

    /// RFC 3339 in UTC with suffix `Z`; microseconds only when they are not zero (contracts, conventions).
    pub fn rfc3339(self) -> String {
        self.written("Z")
    }

    /// The same with `+00:00`, as free-form string values have it.
    pub fn rfc3339_offset(self) -> String {
        self.written("+00:00")
    }

    fn written(self, suffix: &str) -> String {
        let seconds = i64::try_from(self.seconds()).unwrap_or(i64::MAX);
        let date =
            OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
        let whole = date.format(&form).unwrap_or_default();
        match self.0 % 1_000_000 {
            0 => format!("{whole}{suffix}"),
            micros => format!("{whole}.{micros:06}{suffix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn microseconds_are_written_only_when_there_are_any() {
        assert_eq!(
            Timestamp::from_seconds(1_750_000_000).rfc3339(),
            "2025-06-15T15:06:40Z"
        );
        assert_eq!(
            Timestamp(1_750_000_000_000_045).rfc3339(),
            "2025-06-15T15:06:40.000045Z"
        );
        assert_eq!(Timestamp(0).rfc3339_offset(), "1970-01-01T00:00:00+00:00");
        assert!(!Timestamp(u64::MAX).rfc3339().is_empty());
    }
}
