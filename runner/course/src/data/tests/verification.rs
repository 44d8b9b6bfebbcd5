//! What a changed folder is told.

use std::fs;
use std::path::Path;

use super::{Folder, id_outside_train, json_lines, options, with_course};
use crate::data::{PrepareOptions, input, prepare, shards, verify};

#[test]
fn verification_finds_what_was_changed() {
    let changes: [(&str, fn(&Path)); 12] = [
        ("does not list it", |out| {
            fs::write(out.join("train/train-00009.jsonl"), "").unwrap()
        }),
        ("does not list it", |out| {
            fs::write(out.join("notes.txt"), "").unwrap()
        }),
        ("its size", |out| {
            edit(&out.join("train/train-00000.jsonl"), |text| text.push('\n'))
        }),
        ("its SHA-256", |out| {
            edit(&out.join("train/train-00000.jsonl"), |text| {
                *text = text.replacen("Text", "Test", 1);
            })
        }),
        ("train-00000.jsonl", |out| {
            fs::remove_file(out.join("train/train-00000.jsonl")).unwrap()
        }),
        ("practice.course: its SHA-256", |out| {
            let path = out.join("practice.course");
            let mut bytes = fs::read(&path).unwrap();
            bytes[40] ^= 1;
            fs::write(path, bytes).unwrap();
        }),
        ("counts or fingerprint", |out| {
            edit(&out.join("MANIFEST.json"), |text| {
                *text = text.replacen("\"fingerprint\": \"", "\"fingerprint\": \"0", 20);
                // Of tokenizer and courses these would be found first.
                let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
                for part in ["/tokenizer", "/course", "/pools/validation", "/pools/decoy"] {
                    let print = value.pointer_mut(&format!("{part}/fingerprint")).unwrap();
                    *print = print.as_str().unwrap()[1..].to_owned().into();
                }
                *text = value.to_string();
            })
        }),
        ("practice-decoy.course: its SHA-256", |out| {
            fs::copy(
                out.join("practice.course"),
                out.join("practice-decoy.course"),
            )
            .unwrap();
        }),
        ("its pool is not the manifest's", |out| swap_pools(out)),
        ("it lists a course among the pools", |out| {
            edit(&out.join("MANIFEST.json"), |text| {
                *text = text.replace("\"decoy\": {", "\"course\": {");
            })
        }),
        ("the partition", |out| {
            edit(&out.join("MANIFEST.json"), |text| {
                *text = text.replace("949", "948");
            })
        }),
        ("its schema is", |out| {
            edit(&out.join("MANIFEST.json"), |text| {
                *text = text.replace("prism_locked_data.v1", "prism_locked_data.v2");
            })
        }),
    ];
    for (words, change) in changes {
        let folder = Folder::new();
        let input = folder.write("in.jsonl", json_lines(100));
        prepare(&[input], &folder.out(), &with_course(None), &mut |_| {}).unwrap();
        verify(&folder.out(), None).unwrap();
        change(&folder.out());
        let error = verify(&folder.out(), None).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
}

/// Gives the validation pool out as the decoys, with everything the manifest says of the file.
fn swap_pools(out: &Path) {
    fs::copy(
        out.join("practice-validation.course"),
        out.join("practice-decoy.course"),
    )
    .unwrap();
    edit(&out.join("MANIFEST.json"), |text| {
        let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
        let mut entry = value["pools"]["validation"].clone();
        entry["path"] = "practice-validation.course".into();
        value["pools"]["decoy"] = entry;
        *text = value.to_string();
    });
    fs::remove_file(out.join("practice-decoy.course")).unwrap();
}

fn edit(path: &Path, change: impl FnOnce(&mut String)) {
    let mut text = fs::read_to_string(path).unwrap();
    change(&mut text);
    fs::write(path, text).unwrap();
}

/// Shards whose digests are right but whose content breaks the rules of the data.
#[test]
fn verification_reads_what_the_digests_cover() {
    let (inside, outside) = ("doc-00000", id_outside_train());
    let line = |id: &str, text: &str| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n");
    for (words, content) in [
        ("line 1: `doc-", line(&outside, "a")),
        (
            "line 2: `doc-00000` is out of order",
            line(inside, "a") + &line(inside, "b"),
        ),
        (
            "line 1: it is not written",
            "{\"text\":\"a\",\"id\":\"doc-00000\"}\n".to_owned(),
        ),
        (
            "line 1: it is not written",
            "{\"id\": \"doc-00000\", \"text\": \"a\"}\n".to_owned(),
        ),
        (
            "line 1: unknown field",
            "{\"id\":\"doc-00000\",\"text\":\"a\",\"x\":1}\n".to_owned(),
        ),
        (
            "line 1: it is not written",
            "{\"id\":\"doc-00000\",\"text\":\"a\"}".to_owned(),
        ),
        ("its counts", String::new()),
    ] {
        let folder = Folder::new();
        let input = folder.write("in.jsonl", line(inside, "a"));
        folder.prepare(input).unwrap();
        assert_eq!(shards::split_of(inside), "train");
        let shard = folder.out().join("train/train-00000.jsonl");
        fs::write(&shard, &content).unwrap();
        edit(&folder.out().join("MANIFEST.json"), |text| {
            let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
            let entry = &mut value["splits"]["train"]["shards"][0];
            entry["sha256"] = input::digest_file(&shard).unwrap().into();
            entry["bytes"] = content.len().into();
            *text = value.to_string();
        });
        let error = verify(&folder.out(), None).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
}

#[test]
fn another_pin_is_refused() {
    let folder = Folder::new();
    let input = folder.write("in.jsonl", json_lines(3));
    let options = PrepareOptions {
        pin_sha: Some("87f09149".to_owned()),
        ..options()
    };
    prepare(&[input], &folder.out(), &options, &mut |_| {}).unwrap();
    assert!(verify(&folder.out(), Some("87f09149")).is_ok());
    let error = verify(&folder.out(), Some("87f09150")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("pinned to `87f09149`, expected `87f09150`")
    );
}
