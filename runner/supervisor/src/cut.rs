//! Cut questions: rows that are true up to a place and foreign from there on.

use prism_course::Step;
use prism_verification::{Candidate, Place};

use crate::decoys::Decoys;

/// The rows of a step for a question: true text up to each place, foreign text from it on. A row without a place shows
/// its context alone.
///
/// # Errors
/// When there is no foreign text to be had.
pub fn rows(step: &Step, question: &[Place], decoys: &mut Decoys) -> Result<Vec<i64>, String> {
    let cols = step.cols as usize;
    let mut tokens = step.tokens.clone();
    for (number, row) in tokens.chunks_mut(cols.max(1)).enumerate() {
        let place = question.iter().find(|place| place.row as usize == number);
        let cut = place.map_or(1, |place| place.col as usize);
        for token in row.iter_mut().skip(cut) {
            *token = decoys.token()?;
        }
    }
    Ok(tokens)
}

/// The token that a place asks about.
pub fn truth(step: &Step, place: Place) -> Option<i64> {
    let cell = place.row as usize * step.cols as usize + place.col as usize;
    step.tokens.get(cell).copied()
}

/// The charged places of a step in their order, each with the bytes of its token; `about` says what was captured there
/// and what the reference charges, in bits, given the number of the charged token within the step.
pub fn candidates(step: &Step, mut about: impl FnMut(usize) -> (f64, f64)) -> Vec<Candidate> {
    let width = (step.cols as usize).saturating_sub(1).max(1);
    let mut charged = 0;
    let mut candidates = Vec::new();
    for (target, bytes) in step.target_bytes.iter().enumerate() {
        let place = Place {
            row: u32::try_from(target / width).unwrap_or(u32::MAX),
            col: u32::try_from(target % width + 1).unwrap_or(u32::MAX),
        };
        if *bytes == 0 {
            continue;
        }
        let (captured, reference) = about(charged);
        charged += 1;
        candidates.push(Candidate {
            place,
            bytes: *bytes,
            captured,
            reference,
        });
    }
    candidates
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test")]

    use prism_tokenizer::Tokenizer;

    use super::*;

    fn step() -> Step {
        Step {
            index: 0,
            rows: 2,
            cols: 4,
            tokens: vec![256, 1, 2, 256, 9, 8, 7, 6],
            target_bytes: vec![1, 1, 0, 1, 1, 1],
            charged_tokens: 5,
            charged_bytes: 5,
        }
    }

    #[test]
    fn a_row_is_true_up_to_its_place_and_no_token_from_there_on_is_shown() {
        let mut decoys = Decoys::open(None, &Tokenizer::named("bytes").unwrap()).unwrap();
        let place = Place { row: 1, col: 2 };
        for _ in 0..50 {
            let mut step = step();
            // Ids no tokenizer has, so that a true one can't come up by chance.
            for token in step.tokens.iter_mut() {
                *token += 1_000;
            }
            let rows = rows(&step, &[place], &mut decoys).unwrap();
            assert_eq!(rows.len(), 8);
            assert_eq!((rows[0], &rows[4..6]), (1_256, &[1_009, 1_008][..]));
            let foreign = [1, 2, 3, 6, 7];
            assert!(foreign.iter().all(|cell| rows[*cell] < 257), "{rows:?}");
        }
        assert_eq!(truth(&step(), place), Some(7));
    }

    #[test]
    fn separators_are_no_candidates() {
        let candidates = candidates(&step(), |charged| (charged as f64, 0.0));
        let places: Vec<_> = candidates
            .iter()
            .map(|one| (one.place.row, one.place.col, one.captured as i64))
            .collect();
        assert_eq!(
            places,
            [(0, 1, 0), (0, 2, 1), (1, 1, 2), (1, 2, 3), (1, 3, 4)]
        );
    }
}
