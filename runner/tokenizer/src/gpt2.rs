//! GPT-2's vocabulary, which `tiktoken-rs` carries.
//!
//! Only the data is taken from there: its encoder panics where its regular expression gives up, as on two megabytes of
//! spaces before a word. Its rule is kept to the letter: a piece that is a token is that token, else any two neighbours that make a
//! token are merged, lowest id first.

use std::sync::OnceLock;

use crate::error::TokenizerError;
use crate::split::{Digits, Split};
use crate::table::{Form, Parts, Table, Tokens, merges_of};

const NAME: &str = "gpt2";

/// End of text: the last id and the separator.
const END_OF_TEXT: u32 = 50_256;

/// The vocabulary, read once a process.
pub(crate) fn table() -> Result<&'static Table, TokenizerError> {
    static TABLE: OnceLock<Result<Table, TokenizerError>> = OnceLock::new();
    TABLE.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn read() -> Result<Table, TokenizerError> {
    let unreadable = |problem: String| TokenizerError::Unreadable {
        name: NAME.to_owned(),
        problem,
    };
    let data = tiktoken_rs::r50k_base().map_err(|error| unreadable(error.to_string()))?;
    let mut tokens = Tokens::default();
    let mut bytes = vec![END_OF_TEXT; 256];
    for id in 0..END_OF_TEXT {
        let token = data
            .decode_bytes(&[id])
            .map_err(|error| unreadable(error.to_string()))?;
        if let [byte] = *token
            && let Some(place) = bytes.get_mut(usize::from(byte))
        {
            *place = id;
        }
        tokens
            .push(&token)
            .map_err(|error| unreadable(error.to_string()))?;
    }
    tokens
        .push(&[])
        .map_err(|error| unreadable(error.to_string()))?;
    let ranked: Vec<(u32, u32)> = (0..END_OF_TEXT).map(|id| (id, id)).collect();
    let merges = merges_of(&ranked, &tokens);
    let parts = Parts {
        form: Form::Bytes {
            split: Split {
                digits: Digits::Kept,
                words: true,
            },
            ignore_merges: true,
        },
        separator: END_OF_TEXT,
        tokens,
        bytes,
        merges,
    };
    Table::new(NAME, parts)
}
