//! Tables as all of these commands print them.

use std::io::IsTerminal;

use comfy_table::{ContentArrangement, Table, TableComponent, presets};

/// An empty table under this head.
pub fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .remove_style(TableComponent::HorizontalLines)
        .remove_style(TableComponent::MiddleIntersections)
        .set_header(head);
    // Into a pipe a row stays one line.
    table.set_content_arrangement(if std::io::stdout().is_terminal() {
        ContentArrangement::Dynamic
    } else {
        ContentArrangement::Disabled
    });
    table
}

/// The first twelve digits of a digest: enough for people, and for a reference.
pub fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

/// `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Microseconds, readable.
pub fn micros(micros: u64) -> String {
    if micros < 10_000 {
        format!("{micros} us")
    } else {
        format!("{:.1} ms", micros as f64 / 1000.0)
    }
}

/// Bytes, readable.
pub fn bytes(bytes: u64) -> String {
    if bytes < 10 << 10 {
        format!("{bytes} B")
    } else if bytes < 10 << 20 {
        format!("{} KiB", bytes >> 10)
    } else {
        format!("{} MiB", bytes >> 20)
    }
}
