//! What a miner is told of an exception in the worker.
//!
//! Before any course text was sent, everything. Afterwards the class, if it is one of a known list, and the
//! bundle's file and line, if there is such a line: a class name or a file name made up at run time would
//! carry text of the course out of the jail.

use std::collections::BTreeMap;
use std::path::Path;

use prism_protocol::outcome::FailReason;
use prism_protocol::wire::{OutputProblem, Raised};

use crate::failure::Stop;

/// Lines of each file of the bundle, by its path relative to the root.
pub type BundleLines = BTreeMap<String, u32>;

const MEMORY: &[&str] = &[
    "MemoryError",
    "torch.OutOfMemoryError",
    "torch.cuda.OutOfMemoryError",
];

const KNOWN: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "BufferError",
    "EOFError",
    "Exception",
    "FileExistsError",
    "FileNotFoundError",
    "FloatingPointError",
    "GeneratorExit",
    "ImportError",
    "IndentationError",
    "IndexError",
    "IsADirectoryError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotADirectoryError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PermissionError",
    "RecursionError",
    "ReferenceError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SystemError",
    "SystemExit",
    "TabError",
    "TimeoutError",
    "TypeError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "ValueError",
    "ZeroDivisionError",
    "torch.OutOfMemoryError",
    "torch.AcceleratorError",
    "torch.cuda.OutOfMemoryError",
    "torch._C._LinAlgError",
];

/// The outcome of an exception in the worker.
#[must_use]
pub fn raised(raised: &Raised, text_was_sent: bool, lines: &BundleLines) -> Stop {
    let reason = if MEMORY.contains(&raised.class.as_str()) {
        FailReason::OutOfMemory
    } else {
        FailReason::MinerException
    };
    let class = if !text_was_sent || KNOWN.contains(&raised.class.as_str()) {
        printable(&raised.class)
    } else {
        "an exception of the bundle's own".to_owned()
    };
    let place = match (&raised.file, raised.line) {
        (Some(file), Some(line))
            if lines
                .get(file)
                .is_some_and(|last| (1..=*last).contains(&line)) =>
        {
            format!(" at {file}:{line}")
        }
        _ => String::new(),
    };
    let mut detail = format!("{class}{place} while {}", raised.phase.words());
    if let (false, Some(traceback)) = (text_was_sent, &raised.traceback) {
        detail.push('\n');
        detail.push_str(&printable(traceback));
    }
    Stop::failed(reason, detail)
}

/// The outcome of an output that can't be charged.
#[must_use]
pub fn bad_output(
    problem: &OutputProblem,
    step: u64,
    rows: u32,
    cols: u32,
    vocab_size: u32,
) -> Stop {
    let detail = match problem {
        OutputProblem::NotATensor {} => {
            "the model returned neither a tensor, nor a tuple or list starting with one, nor an object with .logits"
                .to_owned()
        }
        OutputProblem::Subclass {} => "the output is a subclass of torch.Tensor; a plain tensor is needed".to_owned(),
        OutputProblem::NotFloating {} => {
            "the output is no plain dense floating-point tensor (sparse, nested, quantised, meta and vmapped ones are none)".to_owned()
        },
        OutputProblem::Shape { got } => {
            // Sizes are the worker's to choose, so only ones that a mistake could give are repeated.
            let got: Vec<String> = got
                .iter()
                .take(8)
                .map(|size| if (0..=1_000_000).contains(size) { size.to_string() } else { "?".to_owned() })
                .collect();
            format!("the output has the shape [{}]; [{rows}, {cols}, {vocab_size}] is needed", got.join(", "))
        }
        OutputProblem::NotFinite {} => "the output holds values that are infinite or not a number".to_owned(),
    };
    Stop::failed(FailReason::BadOutput, format!("{detail} (step {step})"))
}

fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
        .collect()
}

/// Counts the lines of every file of the bundle.
///
/// # Errors
/// When the folder can't be read.
pub fn bundle_lines(root: &Path) -> std::io::Result<BundleLines> {
    let mut lines = BundleLines::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file()
                && let Some(name) = entry.path().strip_prefix(root).ok().and_then(Path::to_str)
            {
                let content = std::fs::read(entry.path())?;
                let count = content.split(|byte| *byte == b'\n').count();
                lines.insert(name.to_owned(), u32::try_from(count).unwrap_or(u32::MAX));
            }
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "test")]

    use prism_protocol::outcome::Outcome;
    use prism_protocol::wire::Phase;

    use super::*;

    fn detail(stop: Stop) -> (FailReason, String) {
        match stop {
            Stop::Outcome(Outcome::Failed { reason, detail }) => (reason, detail),
            other => panic!("{other:?}"),
        }
    }

    fn report(class: &str, file: &str, line: u32) -> Raised {
        Raised {
            phase: Phase::Train,
            class: class.into(),
            file: Some(file.into()),
            line: Some(line),
            traceback: Some("Traceback: the secret text\u{1b}[31m".into()),
        }
    }

    fn lines() -> BundleLines {
        BundleLines::from([("training.py".to_owned(), 12)])
    }

    #[test]
    fn before_the_first_batch_the_traceback_is_told_without_control_characters() {
        let (_, text) = detail(raised(
            &report("bundle.Odd", "training.py", 3),
            false,
            &lines(),
        ));
        assert_eq!(
            text,
            "bundle.Odd at training.py:3 while training\nTraceback: the secret text[31m"
        );
    }

    #[test]
    fn afterwards_nothing_that_could_carry_text_is() {
        for (class, file, line, told) in [
            (
                "ValueError",
                "training.py",
                3,
                "ValueError at training.py:3 while training",
            ),
            ("ValueError", "training.py", 13, "ValueError while training"),
            ("ValueError", "training.py", 0, "ValueError while training"),
            (
                "ValueError",
                "in the beginning",
                1,
                "ValueError while training",
            ),
            (
                "InTheBeginning",
                "training.py",
                3,
                "an exception of the bundle's own at training.py:3 while training",
            ),
        ] {
            let (reason, text) = detail(raised(&report(class, file, line), true, &lines()));
            assert_eq!((reason, text.as_str()), (FailReason::MinerException, told));
        }
    }

    #[test]
    fn running_out_of_memory_has_its_own_reason() {
        for class in MEMORY {
            assert_eq!(
                detail(raised(&report(class, "", 0), true, &lines())).0,
                FailReason::OutOfMemory
            );
        }
    }

    #[test]
    fn a_shape_is_told_unless_it_could_carry_text() {
        let (_, text) = detail(bad_output(
            &OutputProblem::Shape {
                got: vec![2, 1 << 40],
            },
            7,
            2,
            3,
            5,
        ));
        assert_eq!(
            text,
            "the output has the shape [2, ?]; [2, 3, 5] is needed (step 7)"
        );
    }
}
