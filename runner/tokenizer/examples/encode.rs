//! Encodes documents and says how fast, or prints their ids:
//!
//!     cargo run -p prism-tokenizer --example encode -- TOKENIZER DOCUMENTS.jsonl [--ids]
//!
//! `TOKENIZER` is `bytes`, `gpt2`, the path of a `tokenizer.json` or that of a SentencePiece `.model`; each line of
//! `DOCUMENTS.jsonl` is a JSON object with a `text`.

use std::error::Error;
use std::time::Instant;

use prism_tokenizer::{Codec, Tokenizer};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (name, documents, ids) = match arguments.as_slice() {
        [name, documents] => (name, documents, false),
        [name, documents, flag] if flag == "--ids" => (name, documents, true),
        _ => return Err("usage: encode TOKENIZER DOCUMENTS.jsonl [--ids]".into()),
    };
    let start = Instant::now();
    let tokenizer = match name {
        path if path.ends_with(".json") => Tokenizer::from_json(path, &std::fs::read(path)?)?,
        path if path.contains(".model") => Tokenizer::from_sentencepiece(&std::fs::read(path)?)?,
        name => Tokenizer::named(name)?,
    };
    let loaded = start.elapsed();
    let texts = std::fs::read_to_string(documents)?
        .lines()
        .map(|line| {
            let document: serde_json::Value = serde_json::from_str(line)?;
            let text = document.get("text").and_then(serde_json::Value::as_str);
            Ok(text.ok_or("a line without a text")?.to_owned())
        })
        .collect::<Result<Vec<String>, Box<dyn Error>>>()?;
    let start = Instant::now();
    let (mut bytes, mut tokens) = (0, 0);
    for text in &texts {
        let encoded = tokenizer.encode(text);
        (bytes, tokens) = (bytes + text.len(), tokens + encoded.len());
        if ids {
            println!("{}", serde_json::to_string(&encoded)?);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    eprintln!(
        "{name}: loaded in {loaded:.1?}; {bytes} bytes, {tokens} tokens, {:.1} MB/s",
        bytes as f64 / 1e6 / seconds
    );
    Ok(())
}
