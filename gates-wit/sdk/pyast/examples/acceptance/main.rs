//! Says of each file whether it parses: the side of `tests/test_agreement.py` that is ours.
//!
//! Reads records from standard input, each `LENGTH\n` and so many bytes of source, and writes one line for each:
//! `accept DIGEST`, `syntax LINE COLUMN MESSAGE`, `too-deep ...` or `not-utf8 ...`. The first argument is the Python
//! version, such as `3.11`. The digest is that of the outline (`outline.rs`), by which meanings are compared; with
//! `--outline` the outline itself is written.

mod outline;

use std::io::{BufRead, Read, Write, stdin, stdout};

use prism_pyast::{Module, ParseErrorKind, PythonVersion};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let version: PythonVersion = std::env::args()
        .nth(1)
        .ok_or("give the Python version, such as 3.11")?
        .parse()?;
    let whole = std::env::args()
        .nth(2)
        .is_some_and(|word| word == "--outline");
    let mut input = stdin().lock();
    let mut output = stdout().lock();
    let mut length = String::new();
    while input.read_line(&mut length)? > 0 {
        let mut source = vec![0; length.trim().parse()?];
        input.read_exact(&mut source)?;
        length.clear();
        match Module::parse("file.py", &source, version) {
            Ok(module) => {
                let outline = outline::of(&module);
                if whole {
                    writeln!(output, "{outline}")?;
                } else {
                    writeln!(output, "accept {}", outline::digest(&outline))?;
                }
            }
            Err(error) => {
                let kind = match error.kind {
                    ParseErrorKind::Syntax => "syntax",
                    ParseErrorKind::TooDeep => "too-deep",
                    ParseErrorKind::NotUtf8 => "not-utf8",
                };
                let message = error.message.replace('\n', " ");
                let place = error.position;
                writeln!(output, "{kind} {} {} {message}", place.line, place.column)?;
            }
        }
    }
    Ok(())
}
