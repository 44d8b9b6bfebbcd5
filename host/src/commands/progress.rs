//! How a run in progress looks in a terminal.

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};
use prism_protocol::event::Progress;

/// What the worker holds, where the system tells.
fn memory(progress: &Progress) -> String {
    progress
        .peak_rss_bytes
        .map_or_else(String::new, |bytes| HumanBytes(bytes).to_string())
}

/// A bar over the course's bytes with the bits per byte so far.
pub struct RunBar(ProgressBar);

impl RunBar {
    /// Shows `bar` under this name.
    pub fn new(bar: ProgressBar, name: &str) -> Self {
        // The template is a constant; if it were wrong the default style would do.
        if let Ok(style) = ProgressStyle::with_template("{prefix:<17} {bar:30} {msg}") {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        Self(bar)
    }

    /// A stage before the first batch, or the end.
    pub fn say(&self, text: impl Into<String>) {
        self.0.set_message(text.into());
        self.0.tick();
    }

    /// How far it is.
    pub fn show(&self, progress: &Progress) {
        self.0.set_length(progress.course_bytes);
        self.0.set_position(progress.bytes);
        self.0.set_message(format!(
            "step {}/{}  {:.3} bpb so far  {:.0} tokens/s  {}  {} left",
            progress.step,
            progress.steps,
            progress.bpb,
            progress.tokens_per_second,
            memory(progress),
            HumanDuration(self.0.eta())
        ));
    }

    /// Leaves the bar with a last word.
    pub fn end(&self, text: impl Into<String>) {
        self.0.abandon_with_message(text.into());
    }
}
