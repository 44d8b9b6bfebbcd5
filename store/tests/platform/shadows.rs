//! Results of gates in shadow mode.

use prism_store::Timestamp;
use prism_store::records::{GateRunSummary, ShadowCounts, ShadowResult};

use super::*;

const DIGEST: &str = "5d";

fn summary(run: &GateRun) -> GateRunSummary {
    GateRunSummary {
        decision: run.verdict,
        rules: vec!["prism:rule architecture.py:3".into()],
        fault: run.fault.clone(),
    }
}

fn result(submission_id: &str, agrees: bool, shadow: &GateRun) -> ShadowResult {
    ShadowResult {
        submission_id: submission_id.into(),
        at: Timestamp(0),
        revision: Some(1),
        gate: "a".into(),
        shadow_digest: DIGEST.into(),
        enforced_digest: Some("ef".into()),
        agrees,
        enforced: None,
        shadow: summary(shadow),
        blob: None,
    }
}

fn record(house: &House, id: &str, agrees: bool, fault: Option<GateFault>) {
    let shadow = run("a", DIGEST, fault);
    let enforced = run("a", "ef", None);
    house
        .record_shadow(result(id, agrees, &shadow), Some(&enforced), &shadow)
        .unwrap();
}

fn submit(house: &House, n: u8) -> String {
    house.accept(upload(&[n]), 21_600).unwrap().id
}

/// All pages of a question, joined.
fn pages(house: &House, only_disagreements: bool, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = house
            .shadow_results(DIGEST, only_disagreements, limit, after.as_deref())
            .unwrap();
        assert!(page.results.len() <= limit);
        ids.extend(page.results.into_iter().map(|result| result.submission_id));
        match page.next {
            Some(next) => after = Some(next),
            None => return ids,
        }
    }
}

#[test]
fn results_are_counted_paged_and_kept_with_both_reports() {
    let mut house = House::new();
    assert_eq!(
        house.shadow_counts(DIGEST).unwrap(),
        ShadowCounts::default()
    );
    let ids: Vec<String> = (0..10).map(|n| submit(&house, n)).collect();
    for (n, id) in ids.iter().enumerate() {
        let fault = (n == 4).then_some(GateFault::OutOfFuel);
        record(&house, id, n % 4 != 0, fault);
    }
    house.reopen();
    let counts = ShadowCounts {
        judged: 10,
        agreed: 7,
        disagreed: 3,
        broken: 1,
    };
    assert_eq!(house.shadow_counts(DIGEST).unwrap(), counts);
    let newest_first: Vec<_> = ids.iter().rev().cloned().collect();
    let disagreeing = [8, 4, 0].map(|n| ids[n].clone());
    for limit in [1, 2, 3, 10, 100] {
        assert_eq!(pages(&house, false, limit), newest_first);
        assert_eq!(pages(&house, true, limit), disagreeing);
    }
    assert!(pages(&house, true, 1).len() == 3);
    assert!(
        house
            .shadow_results("another", false, 9, None)
            .unwrap()
            .results
            .is_empty()
    );

    let page = house.shadow_results(DIGEST, true, 2, None).unwrap();
    let broken = &page.results[1];
    assert_eq!(broken.shadow.fault, Some(GateFault::OutOfFuel));
    assert!(broken.at > Timestamp(0));
    let reports = house.shadow_reports(broken).unwrap().unwrap();
    assert_eq!(reports["enforced"]["digest"], "ef");
    assert_eq!(reports["shadow"]["fault"]["kind"], "out_of_fuel");

    let events = house.history(&ids[4]).unwrap();
    let last = events.last().unwrap();
    assert_eq!(last.kind, "gate.shadow_disagreed");
    assert_eq!(last.detail["digest"], DIGEST);
    assert_eq!(
        house.history(&ids[1]).unwrap().last().unwrap().kind,
        "gate.shadow_agreed"
    );
}

#[test]
fn a_submission_judged_again_counts_once() {
    let house = House::new();
    let (one, other) = (submit(&house, 1), submit(&house, 2));
    record(&house, &one, false, Some(GateFault::TimedOut));
    record(&house, &other, true, None);
    record(&house, &one, false, None);
    record(&house, &one, true, None);
    let counts = ShadowCounts {
        judged: 2,
        agreed: 2,
        disagreed: 0,
        broken: 0,
    };
    assert_eq!(house.shadow_counts(DIGEST).unwrap(), counts);
    assert_eq!(pages(&house, false, 9), [one.clone(), other]);
    assert!(pages(&house, true, 9).is_empty());
    assert_eq!(
        house.history(&one).unwrap().len(),
        4,
        "the log keeps every result"
    );
}

#[test]
fn a_shadow_answers_after_the_submission_has_moved_on_but_not_for_one_that_never_was() {
    let house = House::new();
    let claim = house.claim(b"1");
    let ended = prism_store::Ended::Rejected(reason(ReasonCode::GateRejected));
    let id = house.finish(&claim, ended).unwrap().id;
    record(&house, &id, true, None);
    let shadow = run("a", DIGEST, None);
    assert!(matches!(
        house.record_shadow(result("nobody", true, &shadow), None, &shadow),
        Err(StoreError::NotFound { .. })
    ));
    assert_eq!(house.shadow_counts(DIGEST).unwrap().judged, 1);
}

#[test]
fn a_cursor_of_another_question_is_refused() {
    let house = House::new();
    for n in 0..3 {
        let id = submit(&house, n);
        record(&house, &id, false, None);
    }
    let next = house
        .shadow_results(DIGEST, false, 1, None)
        .unwrap()
        .next
        .unwrap();
    for (digest, only, after) in [
        (DIGEST, true, next.as_str()),
        ("another", false, &next),
        (DIGEST, false, "zz"),
        (DIGEST, false, ""),
        (DIGEST, false, "é"),
    ] {
        let text = invalid(house.shadow_results(digest, only, 1, Some(after)));
        assert!(text.contains("begin without it"), "{text}");
    }
}

#[test]
fn concurrent_results_are_all_counted() {
    let house = House::new();
    let ids: Vec<String> = (0..32).map(|n| submit(&house, n)).collect();
    std::thread::scope(|scope| {
        for part in ids.chunks(4) {
            let house = &house;
            scope.spawn(move || {
                for id in part {
                    record(house, id, true, None);
                    record(house, id, false, None);
                }
            });
        }
    });
    let counts = house.shadow_counts(DIGEST).unwrap();
    assert_eq!(
        (counts.judged, counts.agreed, counts.disagreed),
        (32, 0, 32)
    );
    assert_eq!(pages(&house, true, 5).len(), 32);
}
