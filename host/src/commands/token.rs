//! `prism token`: tokens of operators.

use std::process::ExitCode;

use anyhow::bail;
use prism_host::operators::{Role, is_name, new_token};
use serde::Serialize;

/// Makes tokens for the operators' API.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a token: prints it once, and what goes into `operators_file` for it
    New {
        /// Stands in every event its holder causes: a-z, 0-9, '.', '_' and '-'
        #[arg(long)]
        name: String,
        /// What it allows
        #[arg(long, value_enum, default_value = "read")]
        role: Role,
        /// Write the token to this file, for its owner alone, instead of the terminal
        #[arg(long, value_name = "FILE")]
        out: Option<std::path::PathBuf>,
    },
}

/// One entry of the operators' file.
#[derive(Serialize)]
struct File {
    token: Vec<prism_host::operators::Operator>,
}

/// Makes one.
pub fn token(args: Args) -> anyhow::Result<ExitCode> {
    let Command::New { name, role, out } = args.command;
    if !is_name(&name) {
        bail!("the name must be 1 to 64 of a-z, 0-9, '.', '_' and '-'");
    }
    let (token, operator) = new_token(&name, role);
    match &out {
        Some(path) => {
            use std::io::Write as _;
            use std::os::unix::fs::OpenOptionsExt as _;
            let mut file = std::fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)
                .map_err(|error| anyhow::anyhow!("cannot make {}: {error}", path.display()))?;
            writeln!(file, "{token}")?;
        }
        None => eprintln!("token (shown only now): {token}"),
    }
    // Standard output is what goes into the file: `prism token new ... >> operators.toml`.
    print!(
        "{}",
        toml::to_string(&File {
            token: vec![operator]
        })?
    );
    Ok(ExitCode::SUCCESS)
}
