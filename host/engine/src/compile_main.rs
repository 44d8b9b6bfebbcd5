//! `prism-gate-compile`: compiles one gate component under limits that it sets itself before it reads it. The
//! service starts it; people have no need to.

use std::process::ExitCode;

fn main() -> ExitCode {
    prism_engine::compile_stdin_to_stdout(std::env::args().skip(1))
}
