//! Prints which isolation level holds on this machine: `cargo run -p prism-executor --example self-test [--json]`.

use prism_executor::Home;
use prism_executor::isolation::self_test;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let report = self_test(&Home::locate()?).await?;
    if std::env::args().any(|argument| argument == "--json") {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}
