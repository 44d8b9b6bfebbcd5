//! Tables and numbers as Markdown.

use std::fmt::Write as _;

/// A Markdown table.
pub struct Table(pub String);

impl Table {
    pub fn new<T: AsRef<str>>(columns: &[T]) -> Self {
        let mut table = Self(String::new());
        table.row(columns);
        table.row(&vec!["---"; columns.len()]);
        table
    }

    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        for cell in cells {
            let _ = write!(self.0, "| {} ", cell.as_ref());
        }
        self.0.push_str("|\n");
    }
}

/// A share in percent; 0 and all only where it is so.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0".to_owned(),
        100.0 => "100".to_owned(),
        percent if !(1.0..=99.0).contains(&percent) => format!("{percent:.1}"),
        percent => format!("{percent:.0}"),
    }
}

/// Bits per byte.
pub fn bpb(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        value if value.abs() < 1e-4 => format!("{value:.0e}"),
        value if value.abs() < 1.0 => format!("{value:.4}"),
        value => format!("{value:.2}"),
    }
}
