//! The table a demo ends with.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ContentArrangement, Table, TableComponent, presets,
};
use indicatif::HumanCount;

/// One bundle of the demo.
pub struct Row {
    /// Its name.
    pub bundle: String,
    /// The submission's state and reason.
    pub verdict: String,
    /// Which gate decided, with rule, path and line; or that all gates allowed it.
    pub decided_by: String,
    /// Counted parameters.
    pub parameters: Option<u64>,
    /// Bits per byte.
    pub bpb: Option<f64>,
    /// How far they can be trusted.
    pub level: Option<String>,
    /// Place on the board.
    pub rank: Option<u64>,
    /// Share of the weights.
    pub weight: Option<f64>,
}

/// The table, as wide as the terminal.
pub fn render(rows: &[Row]) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .remove_style(TableComponent::HorizontalLines)
        .remove_style(TableComponent::MiddleIntersections)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(
        [
            "bundle",
            "verdict",
            "decided by",
            "parameters",
            "bpb",
            "level",
            "rank",
            "weight",
        ]
        .map(|name| Cell::new(name).add_attribute(Attribute::Bold)),
    );
    for row in rows {
        let colour = if row.bpb.is_some() {
            Color::Green
        } else {
            Color::Red
        };
        table.add_row([
            Cell::new(&row.bundle),
            Cell::new(&row.verdict).fg(colour),
            Cell::new(&row.decided_by),
            number(row.parameters.map(|count| HumanCount(count).to_string())),
            number(row.bpb.map(|bpb| format!("{bpb:.4}"))),
            Cell::new(row.level.as_deref().unwrap_or("-")),
            number(row.rank.map(|rank| rank.to_string())),
            number(row.weight.map(|weight| format!("{weight:.2}"))),
        ]);
    }
    table.to_string()
}

fn number(text: Option<String>) -> Cell {
    Cell::new(text.unwrap_or_else(|| "-".into())).set_alignment(CellAlignment::Right)
}
