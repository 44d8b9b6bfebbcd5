//! Each kind of input, and each way it can be wrong.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::{Folder, options, records};
use crate::data::{PrepareOptions, parquet_input, prepare};

#[test]
fn plain_text_is_a_document_a_file_or_divided() {
    let folder = Folder::new();
    folder.write("in/a.txt", "\u{feff}Alpha\r\n");
    folder.write("in/sub/b.md", "Beta");
    folder.write("in/.hidden", "no");
    folder.write("in/c.txt.zst", zstd::encode_all(&b"Gamma"[..], 1).unwrap());
    folder.prepare(folder.0.path().join("in")).unwrap();
    let mut found = records(&folder.out());
    found.sort();
    let expected = [("a", "Alpha\r\n"), ("c", "Gamma"), ("sub/b", "Beta")];
    assert_eq!(
        found,
        expected.map(|(id, text)| (id.to_owned(), text.to_owned()))
    );

    let folder = Folder::new();
    let input = folder.write("book.txt", "One\n***\nTwo *\n***\n***\nThree");
    let options = PrepareOptions {
        separator: Some("***\n".to_owned()),
        ..options()
    };
    let report = prepare(&[input], &folder.out(), &options, &mut |_| {}).unwrap();
    assert_eq!((report.counts.documents_read, report.counts.empty), (4, 1));
    let mut found = records(&folder.out());
    found.sort();
    let expected = [
        ("book-000001", "One\n"),
        ("book-000002", "Two *\n"),
        ("book-000004", "Three"),
    ];
    assert_eq!(
        found,
        expected.map(|(id, text)| (id.to_owned(), text.to_owned()))
    );
}

#[test]
fn json_lines_take_other_fields_numbers_as_ids_and_no_ids() {
    let folder = Folder::new();
    let lines =
        "{\"text\":\"a\",\"id\":7,\"url\":[1]}\r\n\n{\"text\":\"b\"}\n{\"text\":\"c\",\"id\":null}";
    let input = folder.write(
        "in.jsonl.zst",
        zstd::encode_all(lines.as_bytes(), 1).unwrap(),
    );
    folder.prepare(input).unwrap();
    let mut found = records(&folder.out());
    found.sort();
    assert_eq!(found[0], ("7".to_owned(), "a".to_owned()));
    assert_eq!(found.len(), 3);
    // SHA-256 of `b` and `c` begin with 3e23... and 2e7d....
    assert!(found[1].0.starts_with("text-2e7d2c03a9507ae2"));
    assert!(found[2].0.starts_with("text-3e23e8160039594a"));
}

/// A parquet file with an id of 64 bits (where given) and a text that may be null, after a column to skip.
fn parquet_file(path: &Path, rows: &[(Option<i64>, Option<&str>)], text_column: &str) {
    let schema = parse_message_type(&format!(
        "message doc {{ REQUIRED BYTE_ARRAY url (UTF8); OPTIONAL INT64 id; OPTIONAL BYTE_ARRAY {text_column} (UTF8); }}"
    ))
    .unwrap();
    let file = fs::File::create(path).unwrap();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let urls = vec![ByteArray::from("http://example.com"); rows.len()];
    let ids: Vec<i64> = rows.iter().filter_map(|(id, _)| *id).collect();
    let id_levels: Vec<i16> = rows.iter().map(|(id, _)| i16::from(id.is_some())).collect();
    let texts: Vec<ByteArray> = rows
        .iter()
        .filter_map(|(_, text)| text.map(ByteArray::from))
        .collect();
    let text_levels: Vec<i16> = rows
        .iter()
        .map(|(_, text)| i16::from(text.is_some()))
        .collect();
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<ByteArrayType>()
        .write_batch(&urls, None, None)
        .unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<Int64Type>()
        .write_batch(&ids, Some(&id_levels), None)
        .unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<ByteArrayType>()
        .write_batch(&texts, Some(&text_levels), None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn parquet_is_read_by_its_columns() {
    let folder = Folder::new();
    let input = folder.0.path().join("in.parquet");
    parquet_file(
        &input,
        &[(Some(-3), Some("first")), (None, Some("zweites é"))],
        "text",
    );
    folder.prepare(input).unwrap();
    let mut found = records(&folder.out());
    found.sort();
    assert_eq!(found[0], ("-3".to_owned(), "first".to_owned()));
    assert_eq!(found[1].1, "zweites é");
    assert!(found[1].0.starts_with("text-"));
}

#[test]
fn a_damaged_parquet_file_is_an_error() {
    let folder = Folder::new();
    let input = folder.0.path().join("in.parquet");
    parquet_file(
        &input,
        &[(Some(1), Some("first")), (Some(2), Some("second"))],
        "text",
    );
    let good = fs::read(&input).unwrap();
    for length in (0..good.len()).step_by(7) {
        fs::write(&input, &good[..length]).unwrap();
        assert!(folder.prepare(input.clone()).is_err(), "cut to {length}");
    }
    assert_eq!(
        fs::read_dir(folder.0.path()).unwrap().count(),
        1,
        "nothing is left behind"
    );
    // A changed byte may pass for other text; it must not panic.
    let mut refused = 0;
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 0x41;
        fs::write(&input, &bytes).unwrap();
        let read = parquet_input::read(&input, &mut |_| Ok(ControlFlow::Continue(())));
        refused += usize::from(read.is_err());
    }
    assert!(refused > 0);
}

#[test]
fn what_is_wrong_with_an_input_is_said_with_its_line() {
    let null = Folder::new();
    let null_text = null.0.path().join("null.parquet");
    parquet_file(&null_text, &[(None, Some("a")), (None, None)], "text");
    let no_text = null.0.path().join("none.parquet");
    parquet_file(&no_text, &[(None, Some("a"))], "content");

    let folder = Folder::new();
    for (input, words) in [
        (
            folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\n"),
            "a.jsonl:2: column 8: EOF",
        ),
        (
            folder.write("b.jsonl", "{\"text\":\"a\"}\n[]\n"),
            "b.jsonl:2: ",
        ),
        (
            folder.write("c.jsonl", "{\"txt\":\"a\"}\n"),
            "c.jsonl:1: column 11: missing field `text`",
        ),
        (folder.write("d.jsonl", "{\"text\":1}\n"), "d.jsonl:1: "),
        (
            folder.write("e.jsonl", "{\"text\":\"a\",\"id\":\"\"}\n"),
            "e.jsonl:1: the id must",
        ),
        (
            folder.write("f.jsonl", "{\"text\":\"a\",\"id\":\"a\\nb\"}"),
            "f.jsonl:1: the id has a control",
        ),
        (
            folder.write("g.jsonl", "{\"text\":\"a\",\"text\":\"b\"}"),
            "duplicate field",
        ),
        (
            folder.write("h.jsonl", b"{\"text\":\"\xff\"}"),
            "h.jsonl:1: ",
        ),
        (
            folder.write("i.txt", b"one\ntwo\nthr\xffee"),
            "i.txt:3: the text is not UTF-8",
        ),
        (folder.write("j.jsonl.zst", "no frame"), "j.jsonl.zst: "),
        (folder.write("k.csv", "a"), "k.csv: not a kind that is read"),
        (folder.write("l.txt", " \n"), "hold no document"),
        (
            folder.write("m.parquet", "no parquet"),
            "m.parquet: the parquet file can't be read",
        ),
        (null_text, "null.parquet:2: column `text` is not a text"),
        (no_text, "no column `text`, only url, id, content"),
        (folder.0.path().join("missing.txt"), "missing.txt: "),
    ] {
        let error = folder.prepare(input.clone()).unwrap_err().to_string();
        assert!(error.contains(words), "{words}: {error}");
        assert!(!folder.out().exists(), "{words}: nothing is written");
    }
    let twice = [folder.write("x/a.txt", "1"), folder.write("y/a.txt", "2")];
    let error = prepare(&twice, &folder.out(), &options(), &mut |_| {}).unwrap_err();
    assert!(
        error.to_string().contains("would have the same id (`a`)"),
        "{error}"
    );
}
