//! Who earns what: the two-tier crown (contracts/base.md 5.8).
//!
//! The best family of all time earns its owner the architecture pool, and the owner of its best training variant
//! the training pool.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::leaderboard::Family;

/// Key of the runtime configuration the shares are kept under.
pub const POOLS_KEY: &str = "reward_pools";

/// How far the shares' sum may be from 1.
const SUM_TOLERANCE: f64 = 1e-6;

/// The shares of the two tiers.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Pools {
    /// For the owner of the best family. Default 0.6.
    pub architecture: f64,
    /// For the owner of its best variant. Default 0.4.
    pub training: f64,
}

impl Default for Pools {
    fn default() -> Self {
        Self {
            architecture: 0.6,
            training: 0.4,
        }
    }
}

/// Shares that can't be paid out.
#[derive(Debug, thiserror::Error)]
#[error(
    "runtime setting `{POOLS_KEY}` is not usable ({0}): set an object with `architecture` and `training`, 0 to 1, that sum to 1"
)]
pub struct PoolsError(String);

impl Pools {
    /// The shares of a runtime setting; a missing key keeps its default.
    ///
    /// # Errors
    /// When they are no shares, or don't sum to 1.
    pub fn from_setting(setting: Option<Value>) -> Result<Self, PoolsError> {
        let Some(setting) = setting else {
            return Ok(Self::default());
        };
        let pools: Self =
            serde_json::from_value(setting).map_err(|error| PoolsError(error.to_string()))?;
        let share = |value: f64| (0.0..=1.0).contains(&value);
        if !share(pools.architecture) || !share(pools.training) {
            return Err(PoolsError(format!(
                "{} and {} are no shares",
                pools.architecture, pools.training
            )));
        }
        let sum = pools.architecture + pools.training;
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(PoolsError(format!("they sum to {sum}")));
        }
        Ok(pools)
    }
}

/// The weights by hotkey, which sum to 1; none when no family has a positive score. `families` come best first.
#[must_use]
pub fn two_tier(families: &[Family], pools: Pools) -> BTreeMap<String, f64> {
    let mut weights = BTreeMap::new();
    let Some(family) = families
        .first()
        .filter(|family| family.best.final_score > 0.0)
    else {
        return weights;
    };
    *weights.entry(family.owner_hotkey.clone()).or_insert(0.0) += pools.architecture;
    if let Some(variant) = family.variants.first() {
        *weights.entry(variant.best.hotkey.clone()).or_insert(0.0) += pools.training;
    }
    weights.retain(|_, weight| *weight > 0.0);
    let sum: f64 = weights.values().sum();
    for weight in weights.values_mut() {
        *weight /= sum;
    }
    weights
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::float_cmp,
        reason = "test"
    )]

    use serde_json::json;

    use super::*;
    use crate::leaderboard::families;
    use crate::leaderboard::tests::{open, score};

    fn weights(scores: Vec<prism_store::records::Score>) -> Vec<(String, f64)> {
        two_tier(&families(&open(), scores), Pools::default())
            .into_iter()
            .collect()
    }

    #[test]
    fn first_scorer_and_best_trainer_share_the_crown() {
        let scores = vec![
            score("founder", 1, 0.3, "x", "t1"),
            score("trainer", 2, 0.5, "x", "t2"),
            score("loser", 3, 0.4, "y", "t1"),
        ];
        assert_eq!(
            weights(scores),
            [("founder".into(), 0.6), ("trainer".into(), 0.4)]
        );
    }

    #[test]
    fn one_who_is_both_earns_all_and_nobody_earns_for_nothing() {
        assert_eq!(
            weights(vec![score("a", 1, 0.3, "x", "t")]),
            [("a".into(), 1.0)]
        );
        assert_eq!(weights(vec![score("a", 1, 0.0, "x", "t")]), []);
        assert_eq!(weights(vec![]), []);
        let mut orphan = score("a", 1, 0.3, "x", "t");
        orphan.training_hash = None;
        assert_eq!(weights(vec![orphan]), [("a".into(), 1.0)]);
    }

    #[test]
    fn shares_come_from_the_setting_and_must_sum_to_one() {
        assert_eq!(
            Pools::from_setting(None).unwrap(),
            Pools {
                architecture: 0.6,
                training: 0.4
            }
        );
        let set =
            Pools::from_setting(Some(json!({"architecture": 0.25, "training": 0.75}))).unwrap();
        let both = families(
            &open(),
            vec![score("f", 1, 0.3, "x", "t1"), score("t", 2, 0.5, "x", "t2")],
        );
        assert_eq!(two_tier(&both, set)["f"], 0.25);
        let nothing =
            Pools::from_setting(Some(json!({"architecture": 0.0, "training": 1.0}))).unwrap();
        assert_eq!(
            two_tier(&both, nothing).into_iter().collect::<Vec<_>>(),
            [("t".into(), 1.0)]
        );
        for wrong in [
            json!({"architecture": 0.9}),
            json!({"architecture": -1.0, "training": 2.0}),
            json!("x"),
        ] {
            assert!(
                Pools::from_setting(Some(wrong))
                    .unwrap_err()
                    .to_string()
                    .contains("reward_pools")
            );
        }
    }
}
