//! `prism serve` as a child process, and what its callers say to it.

use std::io::{BufRead, BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::{files, home};

/// The challenge's token of every test service.
pub const TOKEN: &str = "test-service-token";

/// `prism serve` on a free port; killed when dropped.
#[derive(Debug)]
pub struct Service {
    process: Child,
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// File with the token of an operator.
    pub operator: PathBuf,
}

impl Service {
    /// Starts it with its state in `folder`; `more` goes into the settings.
    pub fn start(folder: &Path, more: &str) -> Self {
        let token = folder.join("token");
        std::fs::write(&token, TOKEN).unwrap();
        let operator = folder.join("operator.token");
        let operators = folder.join("operators.toml");
        if !operator.exists() {
            let made = Command::new(home().root().join("bin/prism"))
                .args([
                    "token", "new", "--name", "tester", "--role", "operate", "--out",
                ])
                .arg(&operator)
                .output()
                .unwrap();
            assert!(
                made.status.success(),
                "{}",
                String::from_utf8_lossy(&made.stderr)
            );
            std::fs::write(&operators, made.stdout).unwrap();
        }
        let config = folder.join("prism.toml");
        std::fs::write(
            &config,
            format!(
                "listen = \"127.0.0.1:0\"\ndata_dir = {:?}\nshared_token_file = {token:?}\nrank = \"provisional\"\n\
                 minimum_isolation = \"local-reduced\"\ncourse_bytes = 70000\noperators_file = {operators:?}\n\
                 gate_keys_file = {:?}\n{more}\n",
                folder.join("data"),
                folder.join("gate-keys.toml"),
            ),
        )
        .unwrap();
        let mut process = Command::new(home().root().join("bin/prism"))
            .args(["serve", "--config"])
            .arg(&config)
            .env("PRISM_LOG", "info")
            .env_remove("PRISM_SHARED_TOKEN")
            .env_remove("CHALLENGE_SHARED_TOKEN")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut seen = Vec::new();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let plain: String = strip_colours(&line);
                let found = plain
                    .split("address=")
                    .nth(1)
                    .map(|rest| format!("http://{}", rest.split_whitespace().next().unwrap()));
                seen.push(plain);
                found
            })
            .unwrap_or_else(|| panic!("the service did not come up:\n{}", seen.join("\n")));
        // Somebody must read on, or the service would block on a full pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self {
            process,
            base,
            operator,
        }
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// `prism` with these arguments, talking to this service as its operator.
    pub fn prism(&self, arguments: &[&str]) -> Said {
        Said::of(
            Command::new(home().root().join("bin/prism"))
                .args(arguments)
                .env("PRISM_SERVER", &self.base)
                .env("PRISM_ADMIN_TOKEN_FILE", &self.operator),
        )
    }

    /// Hands a bundle in through the bridge; the submission's id.
    pub async fn submit(&self, hotkey: &str, bundle: &str) -> String {
        let response = reqwest::Client::new()
            .post(format!("{}/internal/v1/bridge/submissions", self.base))
            .bearer_auth(TOKEN)
            .header("X-Base-Challenge-Slug", "prism")
            .header("X-Base-Verified-Hotkey", hotkey)
            .header("Content-Type", "application/zip")
            .body(archive(bundle))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(answer["status"], "pending");
        answer["id"].as_str().unwrap().to_owned()
    }

    /// GET as the BASE master would: with token and slug.
    pub async fn get(&self, path: &str) -> Value {
        let request = reqwest::Client::new()
            .get(format!("{}{path}", self.base))
            .bearer_auth(TOKEN)
            .header("X-Base-Challenge-Slug", "prism");
        let response = request.send().await.unwrap();
        assert!(
            response.status().is_success(),
            "{path}: {}",
            response.status()
        );
        serde_json::from_str(&response.text().await.unwrap()).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    /// Exit status.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Runs it to its end.
    pub fn of(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// That it went well; what it said.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }

    /// Its JSON.
    pub fn json(self) -> Value {
        let said = self.ok();
        serde_json::from_str(&said.out).unwrap()
    }
}

/// A bundle of the repository as an archive.
pub fn archive(bundle: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in &*files(bundle) {
        archive
            .start_file(path.as_str(), zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn strip_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut rest = line.chars();
    while let Some(character) = rest.next() {
        if character == '\u{1b}' {
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}
