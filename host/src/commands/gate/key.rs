//! `prism gate key`: signing keys, and the set of keys you trust.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use prism_registry::{KeyId, KeySet, SecretKey, public};
use serde_json::json;

use super::show::print_json;
use super::table::table;

/// Makes signing keys, and keeps the set of keys you trust.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make a key: the private half into FILE, for its owner alone, the public half into FILE.pub
    New {
        /// Names the key for ever: a-z, 0-9, '.', '-' and '_'
        #[arg(long)]
        id: KeyId,
        /// File of the private half
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Trust a key from now on
    Trust {
        /// The author's FILE.pub
        public: PathBuf,
        /// The set of keys; made when it is missing
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
        /// Whose it is
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Rotate a key out: nothing new by it is accepted, what is installed stays
    Retire {
        /// Its id
        id: KeyId,
        /// The set of keys
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
    },
    /// Take all trust from a key, for ever: also what is installed is no longer activated or loaded
    Revoke {
        /// Its id
        id: KeyId,
        /// The set of keys
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
        /// Why
        #[arg(long, short)]
        reason: String,
    },
    /// List the keys of a set
    List {
        /// The set of keys
        #[arg(long, value_name = "FILE")]
        keys: PathBuf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Does one of it.
pub fn key(args: Args) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::New { id, out } => new(id, &out)?,
        Command::Trust { public, keys, note } => {
            let (id, key) = public::read(&public)?;
            KeySet::add(&keys, &id, &key, &note)?;
            println!("{} trusts {id} ({key}) from now on", keys.display());
        }
        Command::Retire { id, keys } => {
            KeySet::retire(&keys, &id)?;
            println!(
                "{id} is retired: nothing new by it is accepted, what is installed stays usable"
            );
        }
        Command::Revoke { id, keys, reason } => {
            KeySet::revoke(&keys, &id, &reason)?;
            println!(
                "{id} is revoked: nothing it signed is installed, activated or loaded any more. A service goes on \
                 judging by what it has loaded: `prism gate status` shows it, `prism gate drop` takes it out"
            );
        }
        Command::List { keys, json } => return list(&keys, json),
    }
    Ok(ExitCode::SUCCESS)
}

fn new(id: KeyId, out: &Path) -> anyhow::Result<()> {
    let beside = public::beside(out);
    if beside.exists() {
        bail!(
            "{} is there already: choose another file, or move it away",
            beside.display()
        );
    }
    let key = SecretKey::generate(id)?;
    key.write(out)?;
    public::write(&beside, &key)?;
    println!(
        "private key  {} (keep it; there is no other copy)",
        out.display()
    );
    println!(
        "public key   {} (give it to operators over a channel they trust)",
        beside.display()
    );
    println!("             {} {}", key.id(), key.public());
    Ok(())
}

fn list(path: &Path, as_json: bool) -> anyhow::Result<ExitCode> {
    let set = KeySet::read(path)?;
    if as_json {
        let keys: Vec<_> = set
            .keys()
            .iter()
            .map(|key| {
                json!({
                    "id": key.id.to_string(), "public_key": key.public_key.to_string(),
                    "state": key.state.to_string(), "note": key.note, "added_at": key.added_at,
                })
            })
            .collect();
        return print_json(&keys);
    }
    let mut list = table(["key", "state", "public key", "added", "note"]);
    for key in set.keys() {
        list.add_row([
            key.id.to_string(),
            key.state.to_string(),
            key.public_key.to_string(),
            key.added_at.clone(),
            key.note.clone(),
        ]);
    }
    println!("{list}");
    Ok(ExitCode::SUCCESS)
}
