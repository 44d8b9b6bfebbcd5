//! What a course is meant for: its class and its pool.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Who may know the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Secret, and what scores of a period are measured on.
    Official,
    /// Public; for miners' own runs.
    Practice,
    /// Was official, is published now, so that anybody can replay the verdicts on it.
    Retired,
}

/// What the documents are used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pool {
    /// They are served and charged.
    Course,
    /// They follow the cut in rows that verify a run, and are never charged.
    Decoy,
    /// They are predicted once, by the exported state, after everything else.
    Validation,
}

/// A word that names no class or pool.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{word}` is not known; known are {known}")]
pub struct UnknownKind {
    word: String,
    known: &'static str,
}

impl Class {
    fn word(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Practice => "practice",
            Self::Retired => "retired",
        }
    }
}

impl Pool {
    fn word(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Decoy => "decoy",
            Self::Validation => "validation",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Class {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        [Self::Official, Self::Practice, Self::Retired]
            .into_iter()
            .find(|class| class.word() == word)
            .ok_or_else(|| UnknownKind {
                word: word.to_owned(),
                known: "official, practice, retired",
            })
    }
}

impl FromStr for Pool {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        [Self::Course, Self::Decoy, Self::Validation]
            .into_iter()
            .find(|pool| pool.word() == word)
            .ok_or_else(|| UnknownKind {
                word: word.to_owned(),
                known: "course, decoy, validation",
            })
    }
}
