//! Means, their standard errors and bounds by Student's t.
//!
//! What is averaged and what follows from the bound is the caller's part.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// The mean of independent values, and how well it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moments {
    pub(crate) mean: f64,
    pub(crate) standard_error: f64,
    count: usize,
}

impl Moments {
    /// No values have mean 0 and no error; a single one has its own size as error.
    pub(crate) fn of(values: &[f64]) -> Self {
        let count = values.len();
        let mean = values.iter().sum::<f64>() / count.max(1) as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let standard_error = match count {
            0 => 0.0,
            1 => mean.abs(),
            _ => (squares / (count - 1) as f64 / count as f64).sqrt(),
        };
        Self {
            mean,
            standard_error,
            count,
        }
    }

    /// The true mean is above this but with probability `level`. Fewer than two values bound nothing.
    pub(crate) fn lower_bound(&self, level: f64) -> f64 {
        match self.count {
            0 => 0.0,
            1 => -f64::MAX,
            _ => self.mean - self.reach(level),
        }
    }

    /// The true mean is below this but with probability `level`. Fewer than two values bound nothing.
    pub(crate) fn upper_bound(&self, level: f64) -> f64 {
        match self.count {
            0 => 0.0,
            1 => f64::MAX,
            _ => self.mean + self.reach(level),
        }
    }

    fn reach(&self, level: f64) -> f64 {
        t_quantile(level, self.count.saturating_sub(1)).max(0.0) * self.standard_error
    }
}

/// What Student's t with these degrees of freedom exceeds with probability `level`.
///
/// A level outside 1e-12 to 0.5 counts as the nearest of these; what is no number, as the first.
pub(crate) fn t_quantile(level: f64, freedom: usize) -> f64 {
    // What is no number compares as false.
    let level = if level > 1e-12 { level.min(0.5) } else { 1e-12 };
    // Never fails: a scale of 1 and at least one degree of freedom are always allowed.
    StudentsT::new(0.0, 1.0, freedom.max(1) as f64).map_or(f64::MAX, |t| -t.inverse_cdf(level))
}

/// A mean of differences over clusters, and its lower bound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeanTest {
    /// The clusters with at least one difference.
    pub clusters: u32,
    /// Mean of all differences.
    pub mean: f64,
    /// Its standard error, clusters being independent of each other.
    pub standard_error: f64,
    /// The true mean is above this, one-sided, at the level asked for.
    pub lower_bound: f64,
}

/// Tests whether differences that come in clusters (all places of a row, say) are positive on average.
///
/// A cluster is the sum of its differences and how many they are. The mean is the ratio of the totals, its standard error that of
/// the residuals sum - mean x count (the linearised ratio estimator, Cochran, Sampling Techniques, 1977, 6.3).
#[must_use]
pub fn mean_test(clusters: &[(f64, u32)], level: f64) -> MeanTest {
    let counted: Vec<(f64, f64)> = (clusters.iter())
        .filter(|(_, count)| *count > 0)
        .map(|(sum, count)| (*sum, f64::from(*count)))
        .collect();
    let size = counted.len().max(1) as f64;
    let count = counted.iter().map(|(_, count)| count).sum::<f64>().max(1.0);
    let mean = counted.iter().map(|(sum, _)| sum).sum::<f64>() / count;
    // Every cluster as a value whose mean is the ratio: its residual, scaled by the mean count, beside the ratio.
    let values: Vec<f64> = (counted.iter())
        .map(|(sum, own)| mean + (sum - mean * own) * size / count)
        .collect();
    // The mean of these values is the ratio but for rounding.
    let moments = Moments {
        mean,
        ..Moments::of(&values)
    };
    MeanTest {
        clusters: u32::try_from(counted.len()).unwrap_or(u32::MAX),
        mean: moments.mean,
        standard_error: moments.standard_error,
        lower_bound: moments.lower_bound(level),
    }
}

#[cfg(test)]
mod tests;
