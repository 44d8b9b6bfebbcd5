use proptest::prelude::*;

use super::*;

#[test]
fn quantiles_are_those_of_the_tables() {
    // NIST handbook 1.3.6.7.2 and R's qt(1e-4, df, lower.tail = FALSE).
    for (level, freedom, expected) in [
        (0.05, 1, 6.313_752),
        (0.05, 10, 1.812_461),
        (0.001, 100, 3.173_739),
        (1e-4, 1, 3_183.098_757),
        (1e-4, 10, 5.693_820),
        (1e-4, 100, 3.861_580),
    ] {
        let quantile = t_quantile(level, freedom);
        assert!(
            (quantile / expected - 1.0).abs() < 1e-5,
            "t({level}, {freedom}) = {quantile}"
        );
    }
}

#[test]
fn a_level_that_is_none_is_taken_as_the_nearest() {
    for (level, as_if) in [
        (0.0, 1e-12),
        (-1.0, 1e-12),
        (f64::NAN, 1e-12),
        (1.0, 0.5),
        (2.0, 0.5),
    ] {
        assert_eq!(t_quantile(level, 5), t_quantile(as_if, 5));
    }
    assert!(t_quantile(1e-12, 1).is_finite());
}

#[test]
fn clusters_of_one_are_the_plain_mean() {
    let values = [1.0, 2.0, 4.0, 9.0];
    let test = mean_test(&values.map(|value| (value, 1)), 0.05);
    assert_eq!(test.mean, 4.0);
    // Sample variance 38/3 over 4.
    assert!((test.standard_error - (38.0f64 / 12.0).sqrt()).abs() < 1e-12);
    assert!((test.lower_bound - (4.0 - 2.353_363 * test.standard_error)).abs() < 1e-5);
}

#[test]
fn differences_that_repeat_within_a_cluster_count_once() {
    let single = mean_test(&[(1.0, 1), (3.0, 1), (5.0, 1)], 0.05);
    let repeated = mean_test(&[(100.0, 100), (300.0, 100), (500.0, 100)], 0.05);
    assert!((single.standard_error - repeated.standard_error).abs() < 1e-12);
    assert!((single.lower_bound - repeated.lower_bound).abs() < 1e-9);
}

#[test]
fn what_is_no_evidence_proves_nothing() {
    let none = mean_test(&[], 0.05);
    assert_eq!(
        (none.mean, none.standard_error, none.lower_bound),
        (0.0, 0.0, 0.0)
    );
    assert_eq!(mean_test(&[(5.0, 0)], 0.05), none);
    assert!(mean_test(&[(1e9, 10)], 0.05).lower_bound < 0.0);
}

proptest! {
    #[test]
    fn no_clusters_make_a_test_that_is_no_number(
        clusters in prop::collection::vec((-1e30f64..1e30, any::<u32>()), 0..20),
        level in prop::num::f64::ANY,
    ) {
        let test = mean_test(&clusters, level);
        prop_assert!(test.mean.is_finite());
        prop_assert!(test.standard_error >= 0.0 && test.standard_error.is_finite());
        prop_assert!(test.lower_bound <= test.mean);
    }
}
