//! Workers that leave, fall silent, say too much or do something else where they are checked.

use prism_protocol::wire::{FromWorker, StateHead, StateKind, StateType, ToWorker};

use super::Attack;
use crate::battery::worker::{COLS, Cheat, ROWS, Run, Then, honest};
use crate::puppet::{Puppet, trained};

pub fn attacks() -> Vec<Attack> {
    vec![
        Attack::new(
            "leaves-before-hello",
            "connects and leaves, before any code of the bundle has run",
            || Cheat {
                greets: false,
                ..honest()
            },
        ),
        Attack::new("leaves-at-once", "leaves at the first question", || {
            at(|_, order| matches!(order, ToWorker::Predict { .. }), leave)
        }),
        Attack::new(
            "leaves-in-training",
            "leaves in the middle of the course",
            || {
                at(
                    |_, order| matches!(order, ToWorker::Train { step: 20, .. }),
                    leave,
                )
            },
        ),
        Attack::new(
            "leaves-before-the-state",
            "leaves when its state is due",
            || at(|_, order| matches!(order, ToWorker::ExportState {}), leave),
        ),
        Attack::new(
            "leaves-when-questioned",
            "leaves at the first cut question of the second run",
            || at(|run, order| run == Run::Second && is_cut(order), leave),
        ),
        Attack::new(
            "leaves-when-examined",
            "leaves when its state is loaded",
            || at(|_, order| matches!(order, ToWorker::LoadState {}), leave),
        ),
        Attack::new(
            "stops-when-questioned",
            "returns from train(ctx) at step 20 of the second run: what is not answered costs 8 bits a byte",
            || {
                at(
                    |run, order| {
                        run == Run::Second && matches!(order, ToWorker::Train { step: 20, .. })
                    },
                    |puppet| {
                        puppet.say(&FromWorker::Finished {});
                        hold(puppet);
                    },
                )
            },
        ),
        Attack::new("silent", "answers nothing any more at step 20", || {
            at(
                |_, order| matches!(order, ToWorker::Predict { step: 20, .. }),
                hold,
            )
        })
        .silent(),
        Attack::new(
            "silent-when-questioned",
            "answers no cut question of the second run",
            || at(|run, order| run == Run::Second && is_cut(order), hold),
        )
        .silent(),
        Attack::new(
            "silent-when-examined",
            "never says that its state is loaded",
            || at(|_, order| matches!(order, ToWorker::LoadState {}), hold),
        )
        .silent(),
        Attack::new(
            "another-layout",
            "opens the second run with other rows and columns",
            || Cheat {
                layout: |run| match run {
                    Run::Second => (4, 128),
                    _ => (ROWS, COLS),
                },
                ..honest()
            },
        ),
        Attack::new(
            "answers-out-of-turn",
            "says that it has trained where a cut question is due",
            || {
                at(
                    |run, order| run == Run::Second && is_cut(order),
                    |puppet| {
                        puppet.say(&trained(0));
                        hold(puppet);
                    },
                )
            },
        ),
        Attack::new("endless-frame", "announces a frame of four GiB", || {
            at(
                |_, order| matches!(order, ToWorker::Predict { step: 3, .. }),
                |puppet| {
                    puppet.raw(&[0xff; 8]);
                    hold(puppet);
                },
            )
        }),
        Attack::new(
            "flood",
            "sends a hundred thousand messages where one is due",
            || {
                at(
                    |_, order| matches!(order, ToWorker::Train { step: 3, .. }),
                    |puppet| {
                        for _ in 0..100_000 {
                            puppet.say(&trained(3));
                        }
                        hold(puppet);
                    },
                )
            },
        ),
        Attack::new(
            "flood-when-examined",
            "sends a hundred thousand messages while its state is loaded",
            || {
                at(
                    |_, order| matches!(order, ToWorker::LoadState {}),
                    |puppet| {
                        for _ in 0..100_000 {
                            puppet.say(&FromWorker::Next {});
                        }
                        hold(puppet);
                    },
                )
            },
        ),
        Attack::new("huge-tensor", "exports a tensor of 2^64 numbers", || {
            exporting(|puppet| puppet.say(&tensor("a", &[1 << 32, 1 << 32])))
        }),
        Attack::new(
            "too-much-state",
            "exports more than its parameters may take",
            || exporting(|puppet| puppet.say(&tensor("a", &[500_000]))),
        ),
        Attack::new(
            "thousands-of-tensors",
            "exports empty tensors without end, each with a long name",
            || {
                exporting(|puppet| {
                    for number in 0..70_000 {
                        puppet.say(&tensor(&format!("{number:0500}"), &[0]));
                    }
                })
            },
        ),
    ]
}

/// Does something in place of what an order wants, and leaves.
fn at(when: fn(Run, &ToWorker) -> bool, instead: fn(&mut Puppet)) -> Cheat {
    Cheat {
        before: Box::new(move |run, order, _, _, puppet| {
            if !when(run, order) {
                return Then::GoOn;
            }
            instead(puppet);
            Then::Leave
        }),
        ..honest()
    }
}

fn exporting(instead: fn(&mut Puppet)) -> Cheat {
    at(
        |_, order| matches!(order, ToWorker::ExportState {}),
        instead,
    )
}

fn is_cut(order: &ToWorker) -> bool {
    matches!(order, ToWorker::Cut { .. })
}

fn leave(_: &mut Puppet) {}

/// Says nothing until the supervisor has left.
fn hold(puppet: &mut Puppet) {
    while puppet.hear().is_some() {}
}

fn tensor(name: &str, shape: &[u64]) -> FromWorker {
    FromWorker::State(StateHead {
        name: name.to_owned(),
        kind: StateKind::Buffer,
        dtype: StateType::Float32,
        shape: shape.to_vec(),
    })
}
