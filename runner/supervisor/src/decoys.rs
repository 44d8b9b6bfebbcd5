//! The foreign text that follows a cut: from a pool of its own that is never charged, or random ids where the course has
//! none.

use prism_course::{Course, Encoded, Key, Pool};
use prism_protocol::spec::CourseFile;
use prism_tokenizer::{Codec, Tokenizer};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// An endless stream of tokens. It needn't be secret that they are foreign: what a worker answers at a cut it answers
/// without the token it is asked about.
pub struct Decoys {
    pool: Option<Encoded>,
    vocab_size: u32,
    random: StdRng,
    /// The open document and how much of it was given.
    document: Vec<u32>,
    given: usize,
}

impl Decoys {
    /// Text from `pool`, begun at a random document.
    ///
    /// # Errors
    /// When the pool can't be read or is none of decoys.
    pub fn open(pool: Option<&CourseFile>, tokenizer: &Tokenizer) -> Result<Self, String> {
        let pool = match pool {
            Some(file) => Some(encoded(file, Pool::Decoy, tokenizer)?),
            None => None,
        };
        Ok(Self {
            pool,
            vocab_size: tokenizer.vocab_size(),
            random: StdRng::from_os_rng(),
            document: Vec::new(),
            given: 0,
        })
    }

    /// The next token of the foreign text.
    ///
    /// # Errors
    /// When the pool can't be read any more.
    pub fn token(&mut self) -> Result<i64, String> {
        loop {
            if let Some(token) = self.document.get(self.given) {
                self.given += 1;
                return Ok(i64::from(*token));
            }
            let Some(pool) = &self.pool else {
                return Ok(i64::from(self.random.random_range(0..self.vocab_size)));
            };
            let place = self.random.random_range(0..pool.course().documents());
            let document = pool
                .course()
                .document(place)
                .map_err(|error| error.to_string())?;
            self.document = pool.tokenizer().encode(&document.text);
            self.given = 0;
        }
    }
}

/// Opens a pool beside the course and checks it against the tokenizer.
///
/// # Errors
/// When it can't be read, is empty, or is meant for something else.
pub fn encoded(file: &CourseFile, due: Pool, tokenizer: &Tokenizer) -> Result<Encoded, String> {
    let path = file.path.display();
    let key = match &file.key {
        Some(path) => Some(Key::read(path).map_err(|error| error.to_string())?),
        None => None,
    };
    let course = Course::open(&file.path, key.as_ref()).map_err(|error| error.to_string())?;
    let pool = course.about().pool;
    if pool != due {
        return Err(format!(
            "{path} is a file of the pool `{pool}`; one of `{due}` is needed"
        ));
    }
    if course.bytes() == 0 {
        return Err(format!("{path} holds no text"));
    }
    Encoded::new(course, tokenizer.clone()).map_err(|error| error.to_string())
}
