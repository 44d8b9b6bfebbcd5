//! The text that the battery is run on: chapters of the King James Bible as a course, a pool of decoys and a validation text.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use prism_course::data::{PrepareOptions, SealOptions, prepare, seal};
use prism_course::{Class, Course, Document, Key, Pool, Provenance};
use prism_protocol::spec::CourseFile;
use tempfile::TempDir;

/// Chapters of each, in their order in the book.
const COURSE: usize = 12;
const DECOYS: usize = 4;
const VALIDATION: usize = 2;
const PRIOR: usize = 32;

/// Made once for all runs.
pub struct Ground {
    _dir: TempDir,
    pub course: PathBuf,
    pub decoys: CourseFile,
    pub validation: CourseFile,
    prior: Vec<String>,
}

pub static GROUND: LazyLock<Ground> = LazyLock::new(Ground::new);

impl Ground {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut chapters = chapters(dir.path()).into_iter();
        let mut take = |count| -> Vec<Document> { chapters.by_ref().take(count).collect() };
        let course = dir.path().join("test.course");
        write(take(COURSE), &course);
        let decoys = sealed(dir.path(), Pool::Decoy, take(DECOYS));
        let validation = sealed(dir.path(), Pool::Validation, take(VALIDATION));
        let chapters = take(PRIOR).into_iter();
        Self {
            course,
            decoys,
            validation,
            prior: chapters.map(|chapter| chapter.text).collect(),
            _dir: dir,
        }
    }

    /// Chapters that are in none of them.
    pub fn prior(&self, chapters: usize) -> String {
        self.prior[..chapters].concat()
    }
}

fn chapters(dir: &Path) -> Vec<Document> {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/kjv/chapters.jsonl.zst");
    let options = PrepareOptions {
        dataset: "kjv".to_owned(),
        license: "public domain".to_owned(),
        pin_sha: None,
        separator: None,
        max_documents: Some(COURSE as u64 + DECOYS as u64 + VALIDATION as u64 + PRIOR as u64 + 4),
        course: None,
        force: false,
    };
    let data = dir.join("data");
    prepare(&[book], &data, &options, &mut |_| {}).unwrap();
    let shard = std::fs::read_to_string(data.join("train/train-00000.jsonl")).unwrap();
    let document = |line: &str| {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| record[key].as_str().unwrap().to_owned();
        Document {
            id: text("id"),
            text: text("text"),
        }
    };
    shard.lines().map(document).collect()
}

fn write(documents: Vec<Document>, path: &Path) {
    let course = Course::new("battery", documents, Provenance::default()).unwrap();
    course.write(path).unwrap();
}

fn sealed(dir: &Path, pool: Pool, documents: Vec<Document>) -> CourseFile {
    let [clear, key, path] =
        ["clear", "key", "course"].map(|end| dir.join(format!("{pool}.{end}")));
    write(documents, &clear);
    let public = Key::generate(&key).unwrap();
    let options = SealOptions {
        class: Class::Official,
        pool: Some(pool),
        force: false,
    };
    seal(&clear, &[public], options, &path, &mut |_| {}).unwrap();
    CourseFile {
        path,
        key: Some(key),
    }
}
