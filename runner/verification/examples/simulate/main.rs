//! Simulates the verification of honest and forged runs and writes the tables of docs/verification.md.
//!
//!     scripts/simulate [REPETITIONS] [PATH OF THE DOCUMENT]
//!
//! Each table stands between `<!-- simulate: NAME -->` and `<!-- end -->`. The draws, the estimate and the bounds are those of
//! the crate; only the runs are made up. The same numbers come out each time.
#![allow(clippy::print_stdout, reason = "a measuring program")]

mod duel;
mod kinds;
mod luck;
mod markdown;
mod probes;
mod tables;
mod trials;
mod world;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let times: usize = arguments.next().map_or(Ok(200), |text| text.parse())?;
    let document = arguments.next();
    let worlds = tables::worlds();
    let [bytes, ..] = worlds.as_slice() else {
        return Err("no worlds".into());
    };
    let mut text = document.as_ref().map(std::fs::read_to_string).transpose()?;
    let mut made = |name: &str, table: &dyn Fn() -> String| -> Result<(), Box<dyn Error>> {
        let started = Instant::now();
        let table = table();
        println!("## {name}\n\n{table}");
        eprintln!("{name}: {:.0} s", started.elapsed().as_secs_f64());
        if let Some(text) = &mut text {
            *text = replace(text, name, &table)?;
        }
        Ok(())
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let reference = tables::reference(&root)?;
    made("reference", &|| reference.clone())?;
    made("challenge", &|| duel::table(times * 10))?;
    made("luck", &|| luck::table(&worlds))?;
    made("probes", &|| probes::table(&worlds, times * 10))?;
    made("resolution", &|| tables::resolution(bytes, times))?;
    made("lottery", &|| tables::lottery(bytes, times))?;
    made("drift", &|| tables::drift(bytes, times))?;
    made("tests", &|| tables::honest_tests(bytes, times * 10))?;
    made("excess", &|| tables::excess(bytes, 1_024, times))?;
    made("power", &|| tables::power(&worlds, times))?;
    if let (Some(document), Some(text)) = (document, text) {
        std::fs::write(document, text)?;
    }
    Ok(())
}

/// The document with the table of a name replaced.
fn replace(text: &str, name: &str, table: &str) -> Result<String, String> {
    let start = format!("<!-- simulate: {name} -->\n");
    let missing = || {
        format!(
            "the document has no place for the table {name}; give it the lines {start:?} and \"<!-- end -->\""
        )
    };
    let (before, rest) = text.split_once(&start).ok_or_else(missing)?;
    let (_, after) = rest.split_once("<!-- end -->").ok_or_else(missing)?;
    Ok(format!("{before}{start}\n{table}\n<!-- end -->{after}"))
}

#[cfg(test)]
mod tests;
