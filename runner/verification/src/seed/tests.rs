#![allow(clippy::unwrap_used, reason = "test")]

use rand::RngCore;

use super::*;

#[test]
fn a_seed_comes_back_from_its_text_and_is_not_in_its_debug() {
    let seed = Seed::from([0xab; 32]);
    let text = serde_json::to_string(&seed).unwrap();
    assert_eq!(text, format!("\"{}\"", "ab".repeat(32)));
    assert_eq!(serde_json::from_str::<Seed>(&text).unwrap(), seed);
    assert!(!format!("{seed:?}").contains("ab"));
}

#[test]
fn a_broken_seed_is_refused_without_being_quoted() {
    for text in ["", "ab", &"ab".repeat(33), &"zz".repeat(32), "ä"] {
        let error = serde_json::from_value::<Seed>(text.into())
            .unwrap_err()
            .to_string();
        assert!(error.contains("64 hexadecimal digits"), "{error}");
        assert!(text.is_empty() || !error.contains(text), "{error}");
    }
}

#[test]
fn fresh_seeds_differ_and_so_do_the_purposes_of_one() {
    assert_ne!(Seed::fresh(), Seed::fresh());
    let seed = Seed::fresh();
    assert_ne!(
        seed.stream(Purpose::Places).next_u64(),
        seed.stream(Purpose::Signs).next_u64()
    );
}
