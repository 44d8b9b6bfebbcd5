//! An OpenAI-compatible endpoint that behaves as badly as it is told to.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// What it does with a request.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// A completion with this content.
    Says(String),
    /// This status and body, with a header line between.
    Answers(u16, &'static str, &'static str),
    /// A body that never ends.
    Endless,
    /// A good completion, a byte every 50 ms.
    Drips,
    /// The beginning of a completion, then the line is cut.
    Breaks,
    /// Nothing at all.
    Silent,
}

/// A running endpoint. It lives as long as the test.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Up to and without `/chat/completions`.
    pub url: String,
    bodies: Arc<Mutex<Vec<Value>>>,
}

/// What a model that finds nothing says.
pub const FINE: &str =
    r#"{"verdict": "allow", "confidence": 0.95, "summary": "Nothing found.", "findings": []}"#;

impl Endpoint {
    /// Starts it; each request gets the next behaviour, and the last one stays.
    pub fn start(behaviours: Vec<Behaviour>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (behaviours, kept) = (behaviours.clone(), Arc::clone(&kept));
                std::thread::spawn(move || {
                    let mut stream = stream;
                    let Some(body) = request(&mut stream) else {
                        return;
                    };
                    let turn = {
                        let mut kept = kept.lock().unwrap();
                        kept.push(body);
                        kept.len() - 1
                    };
                    let behaviour = behaviours.get(turn).or(behaviours.last()).unwrap();
                    // The other side may have hung up: that is its right.
                    let _ = behave(&mut stream, behaviour);
                });
            }
        });
        Self { url, bodies }
    }

    /// The bodies of the requests so far.
    pub fn asked(&self) -> Vec<Value> {
        self.bodies.lock().unwrap().clone()
    }
}

fn request(stream: &mut TcpStream) -> Option<Value> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65_536];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.trim().parse::<usize>().ok())?;
            if body.len() >= length {
                return serde_json::from_str(body).ok();
            }
        }
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            read => bytes.extend_from_slice(&buffer[..read]),
        }
    }
}

fn completion(content: &str) -> String {
    let body = json!({
        "model": "judge-1", "choices": [{"message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 50},
    })
    .to_string();
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn behave(stream: &mut TcpStream, behaviour: &Behaviour) -> std::io::Result<()> {
    match behaviour {
        Behaviour::Says(content) => stream.write_all(completion(content).as_bytes()),
        Behaviour::Answers(status, header, body) => {
            let length = body.len();
            let text = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\n{header}content-length: {length}\r\n\r\n{body}"
            );
            stream.write_all(text.as_bytes())
        }
        Behaviour::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
            loop {
                stream.write_all(&[b' '; 65_536])?;
            }
        }
        Behaviour::Drips => {
            for byte in completion(FINE).bytes() {
                stream.write_all(&[byte])?;
                std::thread::sleep(Duration::from_millis(50));
            }
            Ok(())
        }
        Behaviour::Breaks => {
            let whole = completion(FINE);
            stream.write_all(&whole.as_bytes()[..whole.len() / 2])
        }
        Behaviour::Silent => {
            std::thread::sleep(Duration::from_secs(60));
            Ok(())
        }
    }
}
