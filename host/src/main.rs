//! The `prism` command: judge a bundle, run it, prepare data, serve.
//!
//! Exit status, the same for every command: 0 allow or success, 1 internal error, 2 usage,
//! 3 reject, 4 hold, 5 the run failed by the bundle's own fault, 6 compared runs differ, 7 a verdict was changed,
//! 8 nobody trusted stands for a verdict that is otherwise right.

mod commands;

/// 128 and the number of SIGPIPE, as a shell says it.
const CLOSED_PIPE: i32 = 141;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Judges how well a neural-network design learns.
#[derive(Parser)]
#[command(name = "prism", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Judge a bundle by the gates, as the service would
    Check(commands::check::Args),
    /// Judge a bundle, then train and score it in the jail on a practice course
    Run(commands::run::Args),
    /// Say whether repeated runs gave the same stream of charges
    Compare(commands::compare::Args),
    /// Say whether a challenger is better than a champion, from verified verdicts of both
    Challenge(commands::challenge::Args),
    /// Show or export a service's signed verdicts
    Verdict(commands::verdict::Args),
    /// Make the runs of a verdict again and say whether the same comes out
    Replay(commands::replay::Args),
    /// Make, verify and inspect locked data and courses
    Data(commands::data::Args),
    /// Write, test, sign, ship, shadow, swap and roll back gates
    Gate(commands::gate::Args),
    /// Make tokens for the operators' API
    Token(commands::token::Args),
    /// Test which protections hold on this machine
    Isolation(commands::isolation::Args),
    /// Run the service
    Serve(commands::serve::Args),
    /// Show the whole path: a temporary service, five bundles, a board
    Demo(commands::demo::Args),
    /// Print a shell completion script
    Completions {
        /// The shell to print it for
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("PRISM_LOG").unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(commands::default_log(&cli.command))
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    leave_quietly_at_a_closed_pipe();
    let result = match cli.command {
        Command::Check(args) => commands::block_on(commands::check::check(args)),
        Command::Run(args) => commands::block_on(commands::run::run(args)),
        Command::Compare(args) => commands::compare::compare(args),
        Command::Challenge(args) => commands::challenge::challenge(args),
        Command::Verdict(args) => commands::block_on(commands::verdict::verdict(args)),
        Command::Replay(args) => commands::block_on(commands::replay::replay(args)),
        Command::Data(args) => commands::data::data(args),
        Command::Gate(args) => commands::block_on(commands::gate::gate(args)),
        Command::Token(args) => commands::token::token(args),
        Command::Isolation(args) => commands::block_on(commands::isolation::isolation(args)),
        Command::Serve(args) => commands::block_on(commands::serve::serve(args)),
        Command::Demo(args) => commands::block_on(commands::demo::demo(args)),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "prism", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {}", explain(&error));
        ExitCode::from(commands::INTERNAL)
    })
}

/// A reader that has gone (`prism check | head`) is no bug, but `println!` panics at it. The process leaves with the status
/// of one that SIGPIPE ended; the signal itself stays off, because a service's peers come and go.
fn leave_quietly_at_a_closed_pipe() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload().downcast_ref::<String>();
        if text.is_some_and(|text| text.starts_with("failed printing to stdout: Broken pipe")) {
            std::process::exit(CLOSED_PIPE);
        }
        hook(panic);
    }));
}

/// The error and its causes; a cause that the text above it quotes already is not said twice.
fn explain(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
