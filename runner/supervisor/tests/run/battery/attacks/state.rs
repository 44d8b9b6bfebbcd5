//! States that are not what predicts, and models that behave otherwise where they are examined.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use prism_protocol::wire::{FromWorker, Phase, Raised, ToWorker};

use super::Attack;
use crate::battery::learner::{Tensor, VOCAB};
use crate::battery::worker::{COLS, Cheat, Run, Then, honest};

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack::new(
            "hidden-capacity",
            "predicts with more than it exports: two of three tables are kept out of the state",
            || Cheat {
                state: Box::new(|state| state.into_iter().take(1).collect()),
                ..honest()
            },
        ),
        Attack::new("blank-state", "exports zeros", || Cheat {
            state: Box::new(|mut state| {
                for tensor in &mut state {
                    tensor.values.fill(0.0);
                }
                state
            }),
            ..honest()
        }),
        Attack::new(
            "course-in-the-state",
            "puts the text it was served into its state and answers from it",
            course_in_the_state,
        ),
        Attack::new(
            "spoiled-twin",
            "answers terribly while it is fresh, so that what was learned seems more: a twin counts 8 bits a byte at most",
            || {
                let fresh = Arc::new(Mutex::new(true));
                let now = Arc::clone(&fresh);
                Cheat {
                    before: Box::new(move |_, order, _, _, _| {
                        match order {
                            ToWorker::LoadState {} => *now.lock().unwrap() = false,
                            ToWorker::Build {} => *now.lock().unwrap() = true,
                            _ => {}
                        }
                        Then::GoOn
                    }),
                    answer: Box::new(move |asked, _, _, honest| {
                        if asked.run != Run::Examination || !*fresh.lock().unwrap() {
                            return honest;
                        }
                        // Sure of a token that no text has.
                        let mut logits = vec![0.0; VOCAB];
                        logits[0] = 90.0;
                        logits
                    }),
                    ..honest()
                }
            },
        ),
        Attack::new(
            "learns-while-examined",
            "goes on learning from all rows it is examined on, true or cut, but not while it is fresh",
            || {
                let mut fresh = true;
                Cheat {
                    before: Box::new(move |run, order, rows, learner, _| {
                        match order {
                            ToWorker::LoadState {} => fresh = false,
                            ToWorker::Build {} => fresh = true,
                            ToWorker::Predict { cols, .. } | ToWorker::Cut { cols, .. }
                                if run == Run::Examination && !fresh =>
                            {
                                rows.chunks(*cols as usize)
                                    .for_each(|row| learner.learn(row));
                            }
                            _ => {}
                        }
                        Then::GoOn
                    }),
                    ..honest()
                }
            },
        ),
        Attack::new(
            "random-when-examined",
            "answers at random once its state is loaded",
            || Cheat {
                answer: Box::new(|asked, row, col, honest| match asked.run {
                    Run::Examination => (0..VOCAB)
                        .map(|token| asked.dice(row, col * 300 + token, 100) as f32 / 10.0)
                        .collect(),
                    _ => honest,
                }),
                ..honest()
            },
        ),
        Attack::new(
            "raises-when-loaded",
            "raises when its state is loaded",
            || {
                raising(
                    |order| matches!(order, ToWorker::LoadState {}),
                    Phase::LoadState,
                )
            },
        ),
        Attack::new(
            "raises-at-the-validation",
            "raises when the twin is to be built, to have no held-out step",
            || raising(|order| matches!(order, ToWorker::Build {}), Phase::Build),
        ),
    ]
}

fn raising(when: fn(&ToWorker) -> bool, phase: Phase) -> Cheat {
    Cheat {
        before: Box::new(move |_, order, _, _, puppet| {
            if !when(order) {
                return Then::GoOn;
            }
            puppet.say(&FromWorker::Raised(Raised {
                phase,
                class: "RuntimeError".into(),
                file: None,
                line: None,
                traceback: None,
            }));
            Then::Leave
        }),
        ..honest()
    }
}

/// Keeps the text as it was served and knows what follows any four tokens of it.
fn course_in_the_state() -> Cheat {
    const NAME: &str = "text";
    const WIDTH: usize = 5;
    let served: Arc<Mutex<Vec<f32>>> = Arc::default();
    let kept = Arc::clone(&served);
    let known: Arc<Mutex<BTreeMap<Vec<i64>, i64>>> = Arc::default();
    let loaded = Arc::clone(&known);
    Cheat {
        before: Box::new(move |_, order, rows, _, _| {
            if let ToWorker::Train { .. } = order {
                let tokens = rows.iter().map(|token| *token as f32);
                served.lock().unwrap().extend(tokens);
            }
            Then::GoOn
        }),
        state: Box::new(move |mut state| {
            let values = kept.lock().unwrap().clone();
            state.push(Tensor {
                name: NAME.to_owned(),
                shape: vec![values.len() as u64],
                values,
            });
            state
        }),
        loaded: Box::new(move |name, values| {
            if name == NAME {
                let tokens: Vec<i64> = values.iter().map(|token| *token as i64).collect();
                let mut known = loaded.lock().unwrap();
                for part in tokens
                    .chunks(COLS as usize)
                    .flat_map(|row| row.windows(WIDTH))
                {
                    known.insert(part[..WIDTH - 1].to_vec(), part[WIDTH - 1]);
                }
            }
        }),
        answer: Box::new(move |asked, row, col, mut honest| {
            let before = &asked.row(row)[..=col];
            let end = before.len().saturating_sub(WIDTH - 1);
            if let Some(next) = known.lock().unwrap().get(&before[end..]) {
                honest[*next as usize] = 12.0;
            }
            honest
        }),
        ..honest()
    }
}
