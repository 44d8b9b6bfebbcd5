//! How fast a course is served, and in how much memory, by the number of lanes. Makes a course of the asked size in a
//! temporary folder, in the clear and sealed, and lays each out; `held` is the same documents in memory, for comparison.
//!
//! `cargo run -p prism-course --example serving -- 64` (megabytes; one way of serving a process, because the
//! peak of memory is the process's).

#![allow(clippy::print_stdout, reason = "a measuring program")]

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use prism_course::data::{SealOptions, seal};
use prism_course::{Class, Course, Document, Encoded, Key, Layout, Provenance};
use prism_tokenizer::Tokenizer;

const WAYS: [&str; 3] = ["held", "clear", "sealed"];
const LANES: [u32; 3] = [1, 64, 4096];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let megabytes = arguments.first().map_or(Ok(64), |text| text.parse())?;
    if let [_, way, lanes, folder] = &*arguments {
        return measure(megabytes, way, lanes.parse()?, Path::new(folder));
    }
    let folder = tempfile::tempdir()?;
    let started = Instant::now();
    let course = synthetic(megabytes)?;
    let clear = folder.path().join("clear.course");
    course.write(&clear)?;
    println!(
        "{} documents, {} bytes, written in {:.1} s as {} bytes",
        course.documents(),
        course.bytes(),
        started.elapsed().as_secs_f64(),
        std::fs::metadata(&clear)?.len()
    );
    drop(course);
    let public = Key::generate(&folder.path().join("key"))?;
    let options = SealOptions {
        class: Class::Official,
        pool: None,
        force: false,
    };
    let sealed = folder.path().join("sealed.course");
    seal(&clear, &[public], options, &sealed, &mut |_| {})?;
    println!("way      lanes   check MB/s   serve MB/s   peak MiB");
    for way in WAYS {
        for lanes in LANES {
            let status = Command::new(std::env::current_exe()?)
                .args([&megabytes.to_string(), way, &lanes.to_string()])
                .arg(folder.path())
                .status()?;
            if !status.success() {
                return Err(format!("{way} with {lanes} lanes: {status}").into());
            }
        }
    }
    Ok(())
}

fn measure(megabytes: u64, way: &str, lanes: u32, folder: &Path) -> Result<(), Box<dyn Error>> {
    let course = match way {
        "held" => synthetic(megabytes)?,
        "clear" => Course::open(&folder.join("clear.course"), None)?,
        "sealed" => {
            let key = Key::read(&folder.join("key"))?;
            Course::open(&folder.join("sealed.course"), Some(&key))?
        }
        other => return Err(format!("no way of serving is called {other}").into()),
    };
    let bytes = course.bytes() as f64 / 1e6;
    let started = Instant::now();
    let encoded = Arc::new(Encoded::new(course, Tokenizer::Bytes)?);
    let checking = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let layout = Layout::new(encoded, lanes, if lanes == 4096 { 64 } else { 512 })?;
    let mut served = 0;
    for step in &layout {
        served += step?.charged_bytes;
    }
    let serving = started.elapsed().as_secs_f64();
    if served != layout.encoded().course().bytes() {
        return Err(format!("{served} bytes were served").into());
    }
    println!(
        "{way:<8} {lanes:>5} {:>12.1} {:>12.1} {:>10}",
        bytes / checking,
        bytes / serving,
        peak_memory()? / 1024
    );
    Ok(())
}

/// Documents of 200 to 12,000 bytes made of words, the same each time.
fn synthetic(megabytes: u64) -> Result<Course, Box<dyn Error>> {
    let words: Vec<String> = (0..4096u32)
        .map(|number| format!("{:x} ", number.wrapping_mul(2_654_435_761) >> (number % 17)))
        .collect();
    let mut state = 1u64;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let mut documents = Vec::new();
    let mut bytes = 0;
    while bytes < megabytes * 1_000_000 {
        // Squared, so that most are short and a few long, as texts are.
        let share = (next() % 1000) as f64 / 1000.0;
        let length = 200 + (share * share * 11_800.0) as usize;
        let mut text = String::new();
        while text.len() < length {
            // The product of two draws makes some words frequent.
            let place = (next() % 64) * (next() % 64);
            text.push_str(words.get(place as usize).map_or("", String::as_str));
        }
        bytes += text.len() as u64;
        documents.push(Document {
            id: format!("d{}", documents.len()),
            text,
        });
    }
    Ok(Course::new("synthetic", documents, Provenance::default())?)
}

/// The most memory this process has had, in KiB.
fn peak_memory() -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(number.ok_or("no VmHWM in /proc/self/status")?.parse()?)
}
