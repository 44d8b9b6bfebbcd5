//! Paired challenges played to their end.

use prism_verification::{Answer, Challenge};

use crate::markdown::{Table, percent};
use crate::world::Chance;

const CHALLENGE: Challenge = Challenge {
    margin_bpb: 0.01,
    level: 0.05,
    max_rounds: 8,
};

/// How often challengers win, and after how many rounds it is over, by how much better they are and how noisy rounds are.
pub fn table(times: usize) -> String {
    let deviations = [0.005, 0.01, 0.02];
    let mut columns = vec!["better by, bpb".to_owned()];
    columns.extend(deviations.map(|deviation| format!("deviation {deviation}: won, % (rounds)")));
    let mut table = Table::new(&columns);
    for better in [-0.02, 0.0, 0.01, 0.015, 0.02, 0.03, 0.05] {
        let mut row = vec![better.to_string()];
        row.extend(deviations.map(|deviation| {
            let (won, rounds) = play(better, deviation, times);
            format!("{} ({rounds:.1})", percent(won))
        }));
        table.row(&row);
    }
    table.0
}

/// The share that is won and the mean number of rounds.
fn play(better: f64, deviation: f64, times: usize) -> (f64, f64) {
    let mut chance = Chance::new(11);
    let (mut won, mut rounds) = (0, 0);
    for _ in 0..times {
        let mut differences = Vec::new();
        let answer = loop {
            differences.push(better + deviation * chance.normal());
            let answer = CHALLENGE.look(&differences).answer;
            if !matches!(answer, Answer::NotYet { .. }) {
                break answer;
            }
        };
        won += usize::from(answer == Answer::Better);
        rounds += differences.len();
    }
    let times = times.max(1) as f64;
    (won as f64 / times, rounds as f64 / times)
}
