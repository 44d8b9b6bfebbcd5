//! Judged submissions, as a replay reads them.

use prism_store::Ended;

use super::*;

fn judge(house: &House, content: &[u8], verdict: &Verdict) -> String {
    let claim = house.claim(content);
    house.record_verdict(&claim, verdict).unwrap();
    let ended = Ended::Rejected(reason(ReasonCode::GateRejected));
    house.finish(&claim, ended).unwrap().id
}

/// All pages, joined.
fn pages(house: &House, limit: usize) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = house.judged(limit, after.as_ref()).unwrap();
        assert!(page.entries.len() <= limit);
        ids.extend(
            page.entries
                .into_iter()
                .map(|(submission, _)| submission.id),
        );
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

#[test]
fn only_submissions_with_a_closed_bundle_are_paged_through_newest_first() {
    let mut house = House::new();
    assert!(pages(&house, 5).is_empty());
    let judged: Vec<String> = (0..7)
        .map(|n| judge(&house, &[n], &verdict(vec![])))
        .collect();
    let open = Verdict {
        bundle: String::new(),
        ..verdict(vec![])
    };
    judge(&house, b"no closed bundle", &open);
    house.accept(upload(b"waits"), 21_600).unwrap();
    house.reopen();
    let newest_first: Vec<String> = judged.iter().rev().cloned().collect();
    for limit in [1, 2, 3, 7, 50] {
        assert_eq!(pages(&house, limit), newest_first, "{limit} a page");
    }
    for after in ["", "zz", "00", "é", &hex_of(b"events\0")] {
        let text = invalid(house.judged(3, Some(&after.to_owned())));
        assert!(text.contains("after"), "{text}");
    }
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_replay_opens_the_very_bundle_and_the_last_verdict() {
    let mut house = House::new();
    let claim = house.claim(b"the very bundle");
    let id = claim.submission.id.clone();
    house.record_verdict(&claim, &verdict(vec![])).unwrap();
    let broken = run("a", "d", Some(GateFault::OutOfFuel));
    let last = verdict(vec![broken]);
    house.record_verdict(&claim, &last).unwrap();
    house.reopen();
    let page = house.judged(5, None).unwrap();
    let [(submission, stored)] = &page.entries[..] else {
        panic!("{page:?}");
    };
    assert_eq!((&submission.id, stored.decision), (&id, Decision::Hold));
    assert_eq!(house.verdict(&id).unwrap().unwrap().1, last);
    let source = house.source(&id).unwrap();
    assert_eq!(house.blobs().get(&source.blob).unwrap(), b"the very bundle");
}
