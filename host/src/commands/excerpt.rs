//! The source line of a finding, as compilers show it: a miner sees the place without opening the file.

use prism_bundle::Bundle;
use prism_store::verdict::Evidence;

/// Characters of a source line that are shown; of a longer one, those around the column.
const WIDTH: usize = 100;

/// Two lines, the source and a caret under the column; none when the finding has no line in the bundle.
pub fn excerpt(bundle: &Bundle, evidence: &Evidence) -> Option<String> {
    let bytes = bundle.files().get(evidence.path.as_ref()?)?;
    let text = std::str::from_utf8(bytes).ok()?;
    let number = evidence.line?;
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    // The mark at the start of a file moves no column.
    let line = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .lines()
        .nth(index)?;
    let column = usize::try_from(evidence.column.unwrap_or(1)).ok()?.max(1) - 1;
    let start = column.saturating_sub(WIDTH / 2);
    let start = if line.chars().count() <= WIDTH {
        0
    } else {
        start
    };
    // A tab is one column here and eight on a screen; a control character would speak to the terminal.
    let shown: String = line
        .chars()
        .skip(start)
        .take(WIDTH)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let gutter = " ".repeat(number.to_string().len());
    let caret = " ".repeat(column - start);
    Some(format!(
        "{number} | {}\n{gutter} | {caret}^",
        shown.trim_end()
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test")]

    use std::collections::BTreeMap;

    use prism_store::verdict::Severity;

    use super::*;

    fn shown(source: &str, line: u32, column: u32) -> Option<String> {
        let files = BTreeMap::from([
            ("architecture.py".to_owned(), source.as_bytes().to_vec()),
            (
                "training.py".to_owned(),
                b"def train(ctx):\n    pass\n".to_vec(),
            ),
        ]);
        let evidence = Evidence {
            rule: "prism:no-process".to_owned(),
            path: Some("architecture.py".to_owned()),
            line: Some(line),
            column: Some(column),
            severity: Severity::Error,
            message: String::new(),
            snippet_hash: None,
        };
        excerpt(&Bundle::from_files(files).unwrap(), &evidence)
    }

    #[test]
    fn the_caret_stands_under_the_column() {
        assert_eq!(
            shown("import math\nx = torch.os\n", 2, 5).unwrap(),
            "2 | x = torch.os\n  |     ^"
        );
    }

    #[test]
    fn tabs_are_one_column_and_a_mark_at_the_start_is_none() {
        assert_eq!(
            shown("\u{feff}if 1:\n\timport os\n", 2, 2).unwrap(),
            "2 |  import os\n  |  ^"
        );
        assert_eq!(
            shown("\u{feff}import os\n", 1, 8).unwrap(),
            "1 | import os\n  |        ^"
        );
    }

    #[test]
    fn of_a_long_line_the_part_around_the_column_is_shown() {
        let source = format!("x = [{}0, eval]\n", "0, ".repeat(100));
        let column = u32::try_from(source.find("eval").unwrap() + 1).unwrap();
        let text = shown(&source, 1, column).unwrap();
        let (line, caret) = text.split_once('\n').unwrap();
        let at = caret.find('^').unwrap();
        assert_eq!(line.get(at..at + 4), Some("eval"));
        assert!(line.len() < WIDTH + 8);
    }

    #[test]
    fn a_line_that_is_not_there_shows_nothing() {
        assert_eq!(shown("x = 1\n", 7, 1), None);
        assert_eq!(shown("x = 1\n", 0, 1), None);
    }
}
