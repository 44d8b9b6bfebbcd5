//! Sealed courses, pools, and courses that change under a run.

use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::PathBuf;

use prism_course::data::{SealOptions, seal};
use prism_course::{Class, Course, Document, Key, Pool, Provenance};
use prism_protocol::outcome::{Outcome, Stopped};
use prism_protocol::wire::{FromWorker, ToWorker};

use crate::hostile::{played, stage};
use crate::puppet::Puppet;
use crate::stage::Stage;

/// A stage whose course is sealed, with the key in a file of its own.
fn sealed(pool: Option<Pool>) -> Stage {
    let mut stage = stage();
    let key = stage.dir.path().join("course.key");
    let public = Key::generate(&key).unwrap();
    let out = stage.dir.path().join("sealed.course");
    let options = SealOptions {
        class: Class::Official,
        pool,
        force: false,
    };
    seal(&stage.spec.course, &[public], options, &out, &mut |_| {}).unwrap();
    fs::remove_file(&stage.spec.course).unwrap();
    stage.spec.course = out;
    stage.spec.course_key = Some(key);
    stage
}

/// What a run that never gets to a worker says.
#[track_caller]
fn refused(stage: Stage) -> String {
    match stage.run(|_, _| panic!("the door must stay shut")).outcome {
        Outcome::Infrastructure { detail } => detail,
        other => panic!("{other:?}"),
    }
}

/// A worker that behaves to the end.
fn whole_run(socket: PathBuf) {
    let mut puppet = Puppet::streaming(&socket);
    puppet.behave();
    assert_eq!(puppet.hear(), Some(ToWorker::ExportState {}));
    puppet.say(&FromWorker::StateEnd {});
}

#[test]
fn a_sealed_course_is_served_whole() {
    let result = played(sealed(None), whole_run);
    let manifest = result.completed();
    assert!(matches!(
        manifest.outcome,
        Outcome::Completed {
            stopped: Stopped::CourseEnd
        }
    ));
    assert_eq!(manifest.metrics.covered_bytes, manifest.course.bytes);
    assert_eq!(manifest.course.id, "test");
}

#[test]
fn neither_key_nor_its_path_is_in_what_a_run_leaves() {
    let stage = sealed(None);
    let key = stage.spec.course_key.clone().unwrap();
    let secret = fs::read_to_string(&key).unwrap();
    let secret = secret.lines().last().unwrap().to_owned();
    let result = played(stage, whole_run);
    let manifest = serde_json::to_string(&result.manifest).unwrap();
    let told = format!("{manifest}{:?}{:?}", result.events, result.outcome);
    assert!(!told.contains(&secret) && !told.contains("course.key"));
}

#[test]
fn keys_that_are_missing_wrong_needless_or_readable_are_the_operators_fault() {
    let changes: [(&str, fn(&mut Stage)); 5] = [
        ("this course is sealed", |stage| {
            stage.spec.course_key = None;
        }),
        ("the key does not open this course", |stage| {
            let other = stage.dir.path().join("other.key");
            Key::generate(&other).unwrap();
            stage.spec.course_key = Some(other);
        }),
        ("chmod 600", |stage| {
            let key = stage.spec.course_key.clone().unwrap();
            fs::set_permissions(key, fs::Permissions::from_mode(0o640)).unwrap();
        }),
        ("No such file", |stage| {
            stage.spec.course_key = Some(PathBuf::from("/nonexistent/key"));
        }),
        ("only whole sealed courses are served", |stage| {
            stage.spec.course_bytes = Some(100);
        }),
    ];
    for (words, change) in changes {
        let mut stage = sealed(None);
        change(&mut stage);
        let detail = refused(stage);
        assert!(detail.contains(words), "{words}: {detail}");
        assert!(!detail.contains("AGE-SECRET-KEY"), "{detail}");
    }
    let mut clear = stage();
    let key = clear.dir.path().join("course.key");
    Key::generate(&key).unwrap();
    clear.spec.course_key = Some(key);
    assert!(refused(clear).contains("is not sealed"));
}

#[test]
fn a_pool_is_never_served_as_a_course() {
    for pool in [Pool::Decoy, Pool::Validation] {
        let detail = refused(sealed(Some(pool)));
        assert!(
            detail.contains(&format!("the {pool} pool of a course")),
            "{detail}"
        );
    }
}

#[test]
fn a_disk_that_changes_under_a_run_is_no_score_and_not_the_miners_fault() {
    let stage = stage();
    // The long document pushes the first block out of memory, so that serving reads it from disk again.
    let documents = ["first".to_owned(), "a".repeat(33 << 20), "last".to_owned()];
    let documents = documents
        .into_iter()
        .enumerate()
        .map(|(number, text)| Document {
            id: format!("d{number}"),
            text,
        });
    let course = Course::new("long", documents.collect(), Provenance::default()).unwrap();
    course.write(&stage.spec.course).unwrap();
    let path = stage.spec.course.clone();
    let result = played(stage, move |socket| {
        // The door is open, so the course has been checked.
        let file = fs::File::options()
            .read(true)
            .write(true)
            .open(path)
            .unwrap();
        let mut begin = [0; 4];
        file.read_exact_at(&mut begin, 13).unwrap();
        let block = 13 + 4 + u64::from(u32::from_le_bytes(begin));
        file.write_all_at(b"changed", block).unwrap();
        let mut puppet = Puppet::streaming(&socket);
        assert_eq!(puppet.hear(), None, "nothing of it is served");
    });
    match result.outcome {
        Outcome::Infrastructure { detail } => {
            assert!(
                detail.contains("block 0: it does not have its SHA-256"),
                "{detail}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(
        result
            .manifest
            .is_none_or(|manifest| manifest.score.is_none())
    );
}
