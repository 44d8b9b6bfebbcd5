//! Archives made byte by byte: each row of the attack list about archives, and honest writers' habits.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test"
)]

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use prism_bundle::Bundle;
use proptest::prelude::*;

/// One entry, with everything a hostile writer would change.
#[derive(Clone)]
struct Made {
    name: Vec<u8>,
    local_name: Option<Vec<u8>>,
    data: Vec<u8>,
    size: Option<u32>,
    local_size: Option<u32>,
    crc: Option<u32>,
    method: u16,
    flags: u16,
    attributes: u32,
    extra: Vec<u8>,
    descriptor: Option<Vec<u8>>,
    local_zero: bool,
    offset: Option<u32>,
    gap: Vec<u8>,
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn file(name: &str, content: &str) -> Made {
    Made {
        name: name.into(),
        local_name: None,
        data: content.into(),
        size: None,
        local_size: None,
        crc: None,
        method: 0,
        flags: 0,
        attributes: 0,
        extra: vec![],
        descriptor: None,
        local_zero: false,
        offset: None,
        gap: vec![],
    }
}

fn two() -> Vec<Made> {
    vec![
        file("architecture.py", "def build_model(ctx): ...\n"),
        file("training.py", "def train(ctx): ...\n"),
    ]
}

#[derive(Default)]
struct Archive {
    entries: Vec<Made>,
    before_directory: Vec<u8>,
    before_end: Vec<u8>,
    comment: Vec<u8>,
    trailing: Vec<u8>,
    count: Option<u16>,
    directory_offset: Option<u32>,
    disk: u16,
}

impl Archive {
    fn of(entries: Vec<Made>) -> Self {
        Self {
            entries,
            ..Self::default()
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut directory = Vec::new();
        for made in &self.entries {
            out.extend(&made.gap);
            let offset = made.offset.unwrap_or(out.len() as u32);
            let crc = made.crc.unwrap_or_else(|| crc(&made.data));
            let size = made.size.unwrap_or(made.data.len() as u32);
            let compressed = made.data.len() as u32;
            let u16s = |out: &mut Vec<u8>, values: &[u16]| {
                values.iter().for_each(|v| out.extend(v.to_le_bytes()))
            };
            let u32s = |out: &mut Vec<u8>, values: &[u32]| {
                values.iter().for_each(|v| out.extend(v.to_le_bytes()))
            };
            let local_name = made.local_name.as_ref().unwrap_or(&made.name);
            out.extend(b"PK\x03\x04");
            u16s(&mut out, &[20, made.flags, made.method, 0, 0]);
            let local = if made.local_zero {
                [0; 3]
            } else {
                [crc, compressed, made.local_size.unwrap_or(size)]
            };
            u32s(&mut out, &local);
            u16s(
                &mut out,
                &[local_name.len() as u16, made.extra.len() as u16],
            );
            out.extend(local_name);
            out.extend(&made.extra);
            out.extend(&made.data);
            out.extend(made.descriptor.iter().flatten());
            directory.extend(b"PK\x01\x02");
            u16s(&mut directory, &[0x0314, 20, made.flags, made.method, 0, 0]);
            u32s(&mut directory, &[crc, compressed, size]);
            u16s(
                &mut directory,
                &[made.name.len() as u16, made.extra.len() as u16, 0, 0, 0],
            );
            u32s(&mut directory, &[made.attributes, offset]);
            directory.extend(&made.name);
            directory.extend(&made.extra);
        }
        out.extend(&self.before_directory);
        let at = self.directory_offset.unwrap_or(out.len() as u32);
        out.extend(&directory);
        out.extend(&self.before_end);
        let count = self.count.unwrap_or(self.entries.len() as u16);
        out.extend(b"PK\x05\x06");
        for value in [self.disk, self.disk, count, count] {
            out.extend(value.to_le_bytes());
        }
        out.extend((directory.len() as u32).to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out.extend(&self.trailing);
        out
    }
}

fn rules(bytes: &[u8]) -> Vec<String> {
    match Bundle::from_zip(bytes) {
        Ok(_) => vec![],
        Err(refusal) => refusal
            .evidence
            .into_iter()
            .map(|one| one.rule.replace("prism:", ""))
            .collect(),
    }
}

fn with(change: impl FnOnce(&mut Made)) -> Vec<Made> {
    let mut entries = two();
    change(&mut entries[1]);
    entries
}

fn named(name: &str) -> Vec<Made> {
    let mut entries = two();
    entries.push(file(name, ""));
    entries
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_plain_archive_is_a_bundle() {
    let bundle = Bundle::from_zip(&Archive::of(two()).bytes()).unwrap();
    assert_eq!(
        bundle.files().keys().collect::<Vec<_>>(),
        ["architecture.py", "training.py"]
    );
    assert_eq!(bundle.digest().len(), 64);
}

#[test]
fn every_attack_on_names_is_refused_under_its_rule() {
    let long = format!("{}.py", "a".repeat(150));
    let deep = format!("{}x.py", "d/".repeat(8));
    for (what, name, rule) in [
        ("absolute", "/x.py", "bundle-name"),
        ("climbs out", "a/../../x.py", "bundle-name"),
        ("one step up", "../x.py", "bundle-name"),
        ("dot", "./x.py", "bundle-name"),
        ("empty part", "a//x.py", "bundle-name"),
        ("backslash", "a\\x.py", "bundle-name"),
        ("drive", "C:x.py", "bundle-name"),
        ("NUL", "x.py\0.txt", "bundle-name"),
        ("control", "x\n.py", "bundle-name"),
        ("beyond ASCII", "m\u{43e}del.py", "bundle-name"),
        ("right-to-left", "x\u{202e}yp.txt", "bundle-name"),
        ("long part", &long, "bundle-name"),
        ("deep", &deep, "bundle-name"),
        ("hidden", ".git/config.txt", "bundle-name"),
        ("macOS", "__MACOSX/x.py", "bundle-name"),
        ("trailing dot", "a./x.py", "bundle-name"),
        ("upper-case suffix", "x.PY", "bundle-suffix"),
        ("compiled", "x.pyc", "bundle-suffix"),
        ("native", "x.so", "bundle-suffix"),
        ("path file", "x.pth", "bundle-suffix"),
        ("no suffix", "LICENSE", "bundle-suffix"),
        ("case", "Training.py", "bundle-collision"),
        ("file and folder", "training.py/x.py", "bundle-collision"),
        ("standard library", "os.py", "bundle-reserved-name"),
        ("built in", "sys.py", "bundle-reserved-name"),
        ("torch", "torch.py", "bundle-reserved-name"),
        (
            "torch as a package",
            "torch/__init__.py",
            "bundle-reserved-name",
        ),
        (
            "late import",
            "typing_extensions.py",
            "bundle-reserved-name",
        ),
        (
            "harness",
            "prism_challenge/worker.py",
            "bundle-reserved-name",
        ),
        ("start-up hook", "sitecustomize.py", "bundle-reserved-name"),
    ] {
        assert_eq!(rules(&Archive::of(named(name)).bytes()), [rule], "{what}");
    }
    let mut entries = two();
    entries.push(Made {
        name: b"\xff\xfe.py".to_vec(),
        ..file("", "")
    });
    assert_eq!(rules(&Archive::of(entries).bytes()), ["bundle-name"]);
    // Only what lies on the import path shadows anything.
    assert!(rules(&Archive::of(named("model/types.py")).bytes()).is_empty());
}

/// A bundle that is stored and closed again is the same bundle, so nothing may be left to take off.
#[test]
fn one_folder_is_taken_off_and_a_second_one_is_refused() {
    let inside = |prefix: &str| {
        let entries = two().into_iter().map(|made| Made {
            name: [prefix.as_bytes(), &made.name].concat(),
            ..made
        });
        rules(&Archive::of(entries.collect()).bytes())
    };
    assert!(inside("bundle/").is_empty());
    assert_eq!(inside("bundle/inner/"), ["bundle-name"]);
    let marked = BTreeMap::from([("vocabulary.json".to_owned(), "\u{feff}\u{feff}{}".into())]);
    assert!(Bundle::from_files(marked).is_err());
}

#[test]
fn a_reserved_name_beside_an_entry_point_is_refused() {
    let manifest = "architecture: {entrypoint: src/model.py}\n";
    let entries = vec![
        file("prism.yaml", manifest),
        file("src/model.py", ""),
        file("training.py", ""),
        file("src/numbers.py", ""),
    ];
    assert_eq!(
        rules(&Archive::of(entries).bytes()),
        ["bundle-reserved-name"]
    );
}

#[test]
fn every_attack_on_the_structure_is_refused_under_its_rule() {
    let plain = Archive::of(two()).bytes();
    let other = Archive::of(vec![file("architecture.py", "other")]).bytes();
    let joined = [other.clone(), plain.clone()].concat();
    let with_comment = |comment: &[u8]| {
        Archive {
            comment: comment.to_vec(),
            ..Archive::of(two())
        }
        .bytes()
    };
    let mut overlapping = two();
    overlapping[1].offset = Some(0);
    overlapping[1].name = b"copy.py".to_vec();
    let mut duplicate = two();
    duplicate.push(file("training.py", "other"));
    let symlink = 0o120_777 << 16;
    for (what, bytes, rule) in [
        ("no zip at all", b"hello".to_vec(), "bundle-archive"),
        ("empty", vec![], "bundle-archive"),
        (
            "cut off",
            plain[..plain.len() - 1].to_vec(),
            "bundle-archive",
        ),
        (
            "trailing data",
            [plain.clone(), b"x".to_vec()].concat(),
            "bundle-archive",
        ),
        (
            "data before the archive",
            [b"#!/bin/sh\n".to_vec(), plain.clone()].concat(),
            "bundle-archive",
        ),
        ("another archive before it", joined, "bundle-archive"),
        (
            "second end record in the comment",
            with_comment(&other),
            "bundle-archive",
        ),
        (
            "local name differs",
            Archive::of(with(|m| m.local_name = Some(b"evil.py".to_vec()))).bytes(),
            "bundle-archive",
        ),
        (
            "local size differs",
            Archive::of(with(|m| m.local_size = Some(1))).bytes(),
            "bundle-archive",
        ),
        (
            "overlap",
            Archive::of(overlapping).bytes(),
            "bundle-archive",
        ),
        (
            "gap between entries",
            Archive::of(with(|m| m.gap = b"hidden".to_vec())).bytes(),
            "bundle-archive",
        ),
        (
            "data before the directory",
            Archive {
                before_directory: b"x".to_vec(),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "data after the directory",
            Archive {
                before_end: b"x".to_vec(),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "zip64 record",
            Archive {
                before_end: b"PK\x06\x06".to_vec(),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "zip64 count",
            Archive {
                count: Some(u16::MAX),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "zip64 extra field",
            Archive::of(with(|m| m.extra = b"\x01\x00\x00\x00".to_vec())).bytes(),
            "bundle-archive",
        ),
        (
            "unicode path extra field",
            Archive::of(with(|m| m.extra = b"\x75\x70\x00\x00".to_vec())).bytes(),
            "bundle-archive",
        ),
        (
            "broken extra field",
            Archive::of(with(|m| m.extra = b"\x75\x75\xff\x00".to_vec())).bytes(),
            "bundle-archive",
        ),
        (
            "several disks",
            Archive {
                disk: 1,
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "fewer entries than there are",
            Archive {
                count: Some(1),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "more entries than there are",
            Archive {
                count: Some(3),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "directory outside",
            Archive {
                directory_offset: Some(1 << 30),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-archive",
        ),
        (
            "tens of thousands announced",
            Archive {
                count: Some(60_000),
                ..Archive::of(two())
            }
            .bytes(),
            "bundle-entries",
        ),
        (
            "duplicate",
            Archive::of(duplicate).bytes(),
            "bundle-duplicate",
        ),
        (
            "symbolic link",
            Archive::of(with(|m| m.attributes = symlink)).bytes(),
            "bundle-kind",
        ),
        (
            "fifo",
            Archive::of(with(|m| m.attributes = 0o010_644 << 16)).bytes(),
            "bundle-kind",
        ),
        (
            "folder that is a file",
            Archive::of(with(|m| m.attributes = 0o040_755 << 16)).bytes(),
            "bundle-kind",
        ),
        (
            "encrypted",
            Archive::of(with(|m| m.flags = 1)).bytes(),
            "bundle-encryption",
        ),
        (
            "strong encryption",
            Archive::of(with(|m| m.flags = 1 << 6)).bytes(),
            "bundle-encryption",
        ),
        (
            "unknown flag",
            Archive::of(with(|m| m.flags = 1 << 5)).bytes(),
            "bundle-archive",
        ),
        (
            "bzip2",
            Archive::of(with(|m| m.method = 12)).bytes(),
            "bundle-compression",
        ),
        (
            "checksum",
            Archive::of(with(|m| m.crc = Some(1))).bytes(),
            "bundle-archive",
        ),
        (
            "stored, another size",
            Archive::of(with(|m| m.size = Some(1))).bytes(),
            "bundle-size",
        ),
        (
            "announced too much",
            Archive::of(with(|m| m.size = Some(2_000_000))).bytes(),
            "bundle-size",
        ),
        (
            "no descriptor",
            Archive::of(with(|m| m.flags = 8)).bytes(),
            "bundle-archive",
        ),
        (
            "wrong descriptor",
            Archive::of(with(|m| (m.flags, m.descriptor) = (8, Some(vec![0; 12])))).bytes(),
            "bundle-archive",
        ),
        ("no entry", Archive::of(vec![]).bytes(), "bundle-empty"),
    ] {
        assert_eq!(rules(&bytes), [rule], "{what}");
    }
}

#[test]
fn a_bomb_is_stopped_at_the_announced_size() {
    let zeros = vec![b'\n'; 1 << 20];
    let bomb = |size: u32, data: Vec<u8>| {
        let made = |m: &mut Made| {
            (m.method, m.size, m.crc, m.data) = (8, Some(size), Some(crc(&zeros)), data)
        };
        rules(&Archive::of(with(made)).bytes())
    };
    assert_eq!(
        bomb(100, deflated(&zeros)),
        ["bundle-size"],
        "larger than announced"
    );
    assert_eq!(
        bomb(2 << 20, deflated(&zeros)),
        ["bundle-size"],
        "announced beyond the limit"
    );
    assert_eq!(
        bomb(3 << 19, deflated(&zeros)),
        ["bundle-size"],
        "smaller than announced"
    );
    let mut cut = deflated(&zeros);
    cut.truncate(cut.len() / 2);
    assert_eq!(bomb(1 << 20, cut), ["bundle-archive"], "cut off");
    let longer = [deflated(&zeros), b"hidden".to_vec()].concat();
    assert_eq!(
        bomb(1 << 20, longer),
        ["bundle-archive"],
        "data behind the end"
    );
    let python = bomb(1 << 20, deflated(&zeros));
    assert_eq!(
        python,
        ["lexical-length"],
        "honest sizes, but not for Python"
    );
}

#[test]
fn thousands_of_folders_are_counted_first() {
    let mut entries = two();
    entries.extend((0..3000).map(|index| file(&format!("d{index}/"), "")));
    assert_eq!(rules(&Archive::of(entries).bytes()), ["bundle-entries"]);
    let files = (0..201)
        .map(|index| file(&format!("f{index}.py"), ""))
        .collect();
    assert_eq!(rules(&Archive::of(files).bytes()), ["bundle-entries"]);
}

#[test]
fn all_problems_are_told_at_once() {
    let mut entries = two();
    entries.extend([
        file("os.py", ""),
        file("/x.py", ""),
        file("y.exe", ""),
        file("z.py", "x = 'a"),
    ]);
    entries.push(Made {
        attributes: 0o120_777 << 16,
        ..file("link.py", "")
    });
    let mut found = rules(&Archive::of(entries).bytes());
    found.sort();
    assert_eq!(
        found,
        [
            "bundle-kind",
            "bundle-name",
            "bundle-reserved-name",
            "bundle-suffix",
            "lexical-string"
        ]
    );
}

#[test]
fn honest_habits_of_zip_writers_are_accepted_and_change_nothing() {
    let plain = Bundle::from_zip(&Archive::of(two()).bytes()).unwrap();
    let mut streamed = two();
    for made in &mut streamed {
        let sizes = [
            crc(&made.data),
            made.data.len() as u32,
            made.data.len() as u32,
        ];
        let numbers: Vec<u8> = sizes.iter().flat_map(|value| value.to_le_bytes()).collect();
        made.descriptor = Some([b"PK\x07\x08".to_vec(), numbers].concat());
        (made.flags, made.local_zero) = (8 | 1 << 11, true);
    }
    let mut wrapped = vec![Made {
        attributes: 0o040_755 << 16 | 0x10,
        ..file("my bundle/", "")
    }];
    wrapped.extend(two().into_iter().map(|made| {
        let name = [b"my bundle/".to_vec(), made.name].concat();
        Made {
            name,
            attributes: 0o100_644 << 16,
            extra: b"UT\x01\x00\x03".to_vec(),
            ..made
        }
    }));
    let mut marked = two();
    marked[0].data = [b"\xef\xbb\xbf".to_vec(), marked[0].data.clone()].concat();
    let mut empty_folder = two();
    empty_folder.push(file("notes/", ""));
    for (what, archive) in [
        ("data descriptors", Archive::of(streamed)),
        (
            "a wrapping folder, modes and time stamps",
            Archive::of(wrapped),
        ),
        ("a byte order mark", Archive::of(marked)),
        ("an empty folder", Archive::of(empty_folder)),
        (
            "a comment, as git archive writes one",
            Archive {
                comment: vec![b'a'; 40],
                ..Archive::of(two())
            },
        ),
        (
            "another order",
            Archive::of(two().into_iter().rev().collect()),
        ),
    ] {
        let bundle = Bundle::from_zip(&archive.bytes())
            .unwrap_or_else(|refusal| panic!("{what}: {refusal:?}"));
        assert_eq!(bundle.files(), plain.files(), "{what}");
        assert_eq!(bundle.digest(), plain.digest(), "{what}");
    }
}

fn zipped(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        writer
            .start_file(path, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn sample() -> BTreeMap<String, Vec<u8>> {
    let text = "def train(ctx):\n    print(f\"{ctx.seed!r:>{10}}\")\n".repeat(20);
    let files = [
        ("architecture.py", text.clone()),
        ("pkg/training.py", text),
        ("prism.yaml", String::new()),
    ];
    files
        .map(|(path, text)| (path.to_owned(), text.into_bytes()))
        .into()
}

#[test]
fn a_folder_and_its_archive_are_the_same_bundle() {
    let files = sample();
    let archive = Bundle::from_zip(&zipped(&files)).unwrap();
    assert_eq!(**archive.files(), files);
    let folder = tempfile::tempdir().unwrap();
    archive.write_to(folder.path()).unwrap();
    assert_eq!(
        Bundle::open(folder.path()).unwrap().digest(),
        archive.digest()
    );
    assert!(
        archive.write_to(folder.path()).is_err(),
        "nothing is overwritten"
    );
    let zip = folder.path().join("x.zip");
    std::fs::write(&zip, zipped(&files)).unwrap();
    assert_eq!(Bundle::open(&zip).unwrap().digest(), archive.digest());
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(zipped(&files));
    assert_eq!(
        Bundle::from_base64(&text).unwrap().digest(),
        archive.digest()
    );
    assert!(Bundle::from_base64(&format!("{text}\n")).is_err());
}

#[test]
fn a_folder_with_a_link_or_too_much_in_it_is_refused_and_a_missing_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.py"), "").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("b.txt")).unwrap();
    std::fs::create_dir(folder.path().join("__pycache__")).unwrap();
    let Err(prism_bundle::OpenError::Refused(refusal)) = Bundle::open(folder.path()) else {
        panic!("accepted");
    };
    let found: Vec<_> = refusal
        .evidence
        .iter()
        .map(|one| one.rule.as_str())
        .collect();
    assert_eq!(found, ["prism:bundle-name", "prism:bundle-kind"]);
    std::fs::write(folder.path().join("big.txt"), vec![b'a'; 2_000_001]).unwrap();
    assert!(matches!(
        Bundle::open(folder.path()),
        Err(prism_bundle::OpenError::Refused(_))
    ));
    assert!(matches!(
        Bundle::open(&folder.path().join("no")),
        Err(prism_bundle::OpenError::Io { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Bundle::from_zip(&bytes);
    }

    /// Whatever is changed in a valid archive: no panic, and what is still accepted is what another
    /// reader sees in it.
    #[test]
    fn a_changed_archive_is_refused_or_read_as_others_read_it(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let mut bytes = zipped(&sample());
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(bundle) = Bundle::from_zip(&bytes) {
            let mut other = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
            prop_assert_eq!(other.len(), bundle.files().len());
            for index in 0..other.len() {
                let mut entry = other.by_index(index).unwrap();
                let mut content = Vec::new();
                std::io::copy(&mut entry, &mut content).unwrap();
                prop_assert_eq!(bundle.files().get(entry.name()), Some(&content));
            }
        }
    }
}
