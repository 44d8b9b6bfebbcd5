//! How a run in progress looks in a terminal.

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};
use prism_executor::{Cancel, ExecutorError};
use prism_protocol::event::{Event, Progress};
use tokio::sync::mpsc;

/// Does something in jails with a live bar; Ctrl-C ends the jail before it ends us.
pub async fn follow<T, F>(
    name: &str,
    work: impl FnOnce(mpsc::Sender<Event>, Cancel) -> F,
) -> anyhow::Result<T>
where
    F: Future<Output = Result<T, ExecutorError>>,
{
    let bar = RunBar::new(ProgressBar::new(1), name);
    bar.say("starting the jail");
    let (events, mut received) = mpsc::channel(64);
    let (handle, cancel) = Cancel::pair();
    let watching = async {
        while let Some(event) = received.recv().await {
            match event {
                Event::Connected => bar.say("importing"),
                Event::Progress(progress) => bar.show(&progress),
                Event::Examining { asked, places } => {
                    bar.say(format!(
                        "the exported state: {asked} of {places} places asked"
                    ));
                }
                _ => {}
            }
        }
    };
    let interrupted = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            handle.cancel();
        }
    });
    let (result, ()) = tokio::join!(work(events, cancel), watching);
    interrupted.abort();
    bar.end("done");
    Ok(result?)
}

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
