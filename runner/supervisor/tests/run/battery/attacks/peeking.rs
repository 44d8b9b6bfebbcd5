//! Charges and answers made with a look at what comes, or with what was shown before.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use prism_protocol::wire::{Api, ToWorker};

use super::{Attack, forging};
use crate::battery::learner::VOCAB;
use crate::battery::worker::{Asked, Cheat, Run, Then, honest};

/// Columns that tell a row from others.
const TELLING: usize = 8;

/// What a token costs one who is told it, in bits.
const KNOWN: f64 = 0.01;

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack::new(
            "peeks",
            "answers with the next token of the row, cut or not; with early questions",
            peeks,
        )
        .probed(),
        Attack::new(
            "peeks-unprobed",
            "the same without early questions",
            peeks,
        ),
        Attack::new(
            "peeks-fast",
            "the same through the fast interface, without early questions",
            || Cheat {
                api: Api::Fast,
                ..peeks()
            },
        ),
        Attack::new(
            "peeks-unwatched",
            "answers with the next token, but not at cut questions; with early questions",
            || forging(|_, _, _, _| KNOWN),
        )
        .probed(),
        Attack::new(
            "peeks-in-the-first-run",
            "answers with the next token in the first run alone, and not at cut questions",
            || {
                forging(|asked, _, _, bits| match asked.run {
                    Run::First => KNOWN,
                    _ => bits,
                })
            },
        ),
        Attack::new(
            "peeks-a-little",
            "lets what comes count a fiftieth",
            || forging(|_, _, _, bits| -(0.02 + 0.98 * (-bits).exp2()).log2()),
        ),
        Attack::new(
            "peeks-at-unshown-rows",
            "answers with the next token in rows whose beginning no question has shown",
            || where_shown(false),
        ),
        Attack::new(
            "peeks-at-shown-rows",
            "answers with the next token in rows whose beginning a question has shown; with early questions",
            || where_shown(true),
        )
        .probed(),
        Attack::new(
            "peeks-where-no-seam-is",
            "answers with the next token where it fits what stands before it, as foreign text seldom does",
            || Cheat {
                answer: Box::new(|asked, row, col, honest| {
                    match asked.row(row).get(col + 1) {
                        Some(next) if fits(asked, row, col + 1) => told(*next),
                        _ => honest,
                    }
                }),
                ..forging(|asked, row, col, bits| {
                    if fits(asked, row, col) { KNOWN } else { bits }
                })
            },
        ),
        Attack::new(
            "learns-before",
            "learns the rows that it is to predict, then predicts them",
            || Cheat {
                before: Box::new(|_, order, rows, learner, _| {
                    if let ToWorker::Predict { cols, step: 1.., .. } = order {
                        rows.chunks(*cols as usize).for_each(|row| learner.learn(row));
                    }
                    Then::GoOn
                }),
                ..honest()
            },
        ),
        Attack::new(
            "learns-from-questions",
            "learns the rows of questions, foreign ends and all, and does not put itself back",
            || Cheat {
                before: Box::new(|run, order, rows, learner, _| {
                    if let ToWorker::Cut { cols, .. } = order
                        && run != Run::Examination
                    {
                        rows.chunks(*cols as usize).for_each(|row| learner.learn(row));
                    }
                    Then::GoOn
                }),
                ..honest()
            },
        ),
        Attack::new(
            "remembers-questions",
            "charges nothing for text that a question has shown, and answers with it",
            remembers,
        ),
        Attack::new(
            "replays-answers",
            "answers a cut question as it answered the one before",
            || {
                let mut last = None;
                Cheat {
                    answer: Box::new(move |_, _, _, honest| {
                        last.replace(honest.clone()).unwrap_or(honest)
                    }),
                    ..honest()
                }
            },
        ),
        Attack::new(
            "shrugs",
            "answers every cut question with equal logits",
            || Cheat {
                answer: Box::new(|_, _, _, _| vec![0.0; VOCAB]),
                ..honest()
            },
        ),
        Attack::new(
            "sure-of-itself",
            "answers cut questions with 1e30 for what seems likeliest",
            || Cheat {
                answer: Box::new(|_, _, _, mut logits| {
                    let likeliest = (0..VOCAB).max_by(|one, other| logits[*one].total_cmp(&logits[*other]));
                    logits[likeliest.unwrap()] = 1e30;
                    logits
                }),
                ..honest()
            },
        ),
        Attack::new(
            "not-a-number",
            "answers cut questions with what is no number",
            || Cheat {
                answer: Box::new(|_, _, _, _| vec![f32::NAN; VOCAB]),
                ..honest()
            },
        ),
    ]
}

fn peeks() -> Cheat {
    Cheat {
        answer: Box::new(
            |asked, row, col, honest| match asked.row(row).get(col + 1) {
                Some(next) => told(*next),
                None => honest,
            },
        ),
        ..forging(|_, _, _, _| KNOWN)
    }
}

/// Logits of one who is told the token.
fn told(token: i64) -> Vec<f32> {
    let mut logits = vec![0.0; VOCAB];
    logits[token as usize] = 12.0;
    logits
}

/// Whether a token is as likely after what stands before it as text is.
fn fits(asked: &Asked, row: usize, col: usize) -> bool {
    let row = asked.row(row);
    asked.learner.bits(&row[..col], row[col]) < 4.0
}

/// Peeks in rows whose beginning a question has shown, or in all others.
fn where_shown(peeks: bool) -> Cheat {
    let shown: Arc<Mutex<Shown>> = Arc::default();
    let questions = Arc::clone(&shown);
    Cheat {
        answer: Box::new(move |asked, row, _, honest| {
            questions.lock().unwrap().add(asked.row(row), TELLING);
            honest
        }),
        ..forging(move |asked, row, _, bits| {
            let known = shown.lock().unwrap().begins(asked.row(row), TELLING);
            if known == peeks { KNOWN } else { bits }
        })
    }
}

fn remembers() -> Cheat {
    let shown: Arc<Mutex<Shown>> = Arc::default();
    let questions = Arc::clone(&shown);
    Cheat {
        answer: Box::new(move |asked, row, col, honest| {
            let mut shown = questions.lock().unwrap();
            let known = shown.after(asked.row(row), col + 1);
            shown.add(asked.row(row), col + 1);
            known.map_or(honest, told)
        }),
        ..forging(move |asked, row, col, bits| {
            let known = shown.lock().unwrap().begins(asked.row(row), col + 1);
            if known { KNOWN } else { bits }
        })
    }
}

/// Beginnings of rows.
#[derive(Default)]
struct Shown(BTreeSet<Vec<i64>>);

impl Shown {
    fn add(&mut self, row: &[i64], columns: usize) {
        self.0.insert(row[..columns.min(row.len())].to_vec());
    }

    /// One that begins as this row does.
    fn like(&self, row: &[i64], columns: usize) -> Option<&Vec<i64>> {
        let beginning = &row[..columns.min(row.len())];
        if beginning.len() < TELLING {
            return None;
        }
        let found = self.0.range(beginning.to_vec()..).next()?;
        found.starts_with(beginning).then_some(found)
    }

    fn begins(&self, row: &[i64], columns: usize) -> bool {
        self.like(row, columns).is_some()
    }

    /// The token that was shown after a beginning.
    fn after(&self, row: &[i64], columns: usize) -> Option<i64> {
        self.like(row, columns)?.get(columns).copied()
    }
}
