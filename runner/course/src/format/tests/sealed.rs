//! Sealed courses: what opens them, and what is noticed.

use std::fs;
use std::path::PathBuf;

use super::{Folder, course, long_course, noise, read_all};
use crate::data::{SealOptions, publish, seal};
use crate::documents::{Class, Course, CourseError, Document, Pool, Provenance};
use crate::format::{SEALED_MARK, read_header};
use crate::key::{Key, Recipient};

struct Vault {
    folder: Folder,
    key: Key,
    public: Recipient,
}

impl Vault {
    fn new() -> Self {
        let folder = Folder::new();
        let path = folder.0.path().join("course.key");
        let public = Key::generate(&path).unwrap();
        Self {
            key: Key::read(&path).unwrap(),
            folder,
            public,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.0.path().join(name)
    }

    fn sealed(&self, course: &Course) -> Vec<u8> {
        let clear = self.path("clear.course");
        course.write(&clear).unwrap();
        let options = SealOptions {
            class: Class::Official,
            pool: None,
            force: true,
        };
        let out = self.path("sealed.course");
        let recipients = [self.public.clone()];
        seal(&clear, &recipients, options, &out, &mut |_| {}).unwrap();
        fs::read(out).unwrap()
    }

    /// Opens these bytes with the key and reads all of them.
    fn read(&self, bytes: &[u8]) -> Result<Course, CourseError> {
        let path = self.path("read.course");
        fs::write(&path, bytes).unwrap();
        let course = Course::open(&path, Some(&self.key))?;
        read_all(&course)?;
        Ok(course)
    }
}

/// Where the age file begins.
fn public_end(sealed: &[u8]) -> usize {
    let at = SEALED_MARK.len();
    let length = u32::from_le_bytes(sealed[at..at + 4].try_into().unwrap());
    at + 4 + length as usize
}

fn of_noise(id: &str, seed: u64) -> Course {
    let documents = (0..20)
        .map(|number| Document {
            id: format!("d{number}"),
            text: noise(seed + number, 15_000),
        })
        .collect();
    Course::new(id, documents, Provenance::default()).unwrap()
}

#[test]
fn what_is_sealed_is_read_back_in_any_order() {
    let vault = Vault::new();
    for course in [course(), long_course()] {
        let opened = vault.read(&vault.sealed(&course)).unwrap();
        assert!(opened.sealed());
        assert_eq!(opened.fingerprint(), course.fingerprint());
        assert_eq!(opened.id(), course.id());
        assert_eq!(opened.about().class, Class::Official);
        assert_eq!(opened.about().provenance, course.about().provenance);
        for place in (0..course.documents()).rev() {
            assert_eq!(
                opened.document(place).unwrap(),
                course.document(place).unwrap()
            );
        }
    }
}

#[test]
fn a_sealed_file_tells_its_size_and_fingerprint_and_not_where_the_text_is_from() {
    let vault = Vault::new();
    let sealed = vault.sealed(&course());
    let (header, is_sealed) = read_header(&vault.path("sealed.course")).unwrap();
    assert!(is_sealed);
    assert_eq!(header.fingerprint, course().fingerprint());
    assert_eq!((header.documents, header.bytes), (4, course().bytes()));
    assert_eq!(header.provenance, Provenance::default());
    for secret in ["beginning", "d/0", "secret-source"] {
        assert!(
            !sealed
                .windows(secret.len())
                .any(|window| window == secret.as_bytes()),
            "{secret}"
        );
    }
}

#[test]
fn a_flipped_byte_anywhere_is_found() {
    let vault = Vault::new();
    let good = vault.sealed(&course());
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 1 << (place % 8);
        assert!(vault.read(&bytes).is_err(), "byte {place} was changed");
    }
}

#[test]
fn a_cut_anywhere_is_found() {
    let vault = Vault::new();
    let good = vault.sealed(&course());
    for length in 0..good.len() {
        assert!(vault.read(&good[..length]).is_err(), "cut to {length}");
    }
    assert!(vault.read(&[&*good, b"\0"].concat()).is_err());

    // Several chunks of the age file: cut at and beside their borders.
    let good = vault.sealed(&of_noise("noise", 1));
    let mut border = good.len();
    while border > 65_552 {
        border -= 65_552;
        for length in [border - 1, border, border + 1] {
            assert!(vault.read(&good[..length]).is_err(), "cut to {length}");
        }
    }
}

#[test]
fn the_public_header_of_another_course_is_found() {
    let vault = Vault::new();
    let (one, two) = (of_noise("one", 1), of_noise("two", 100));
    let (one, two) = (vault.sealed(&one), vault.sealed(&two));
    let swapped = [&two[..public_end(&two)], &one[public_end(&one)..]].concat();
    let error = vault.read(&swapped).unwrap_err().to_string();
    assert!(
        error.contains("its public header is not the one"),
        "{error}"
    );
    // The same length, one word changed: a practice course sold as the official one.
    let text = String::from_utf8(one[..public_end(&one)].to_vec()).unwrap();
    let lie = text.replace("official", "practice");
    let error = vault
        .read(&[lie.as_bytes(), &one[public_end(&one)..]].concat())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("its public header is not the one"),
        "{error}"
    );
}

#[test]
fn two_files_spliced_are_found() {
    let vault = Vault::new();
    // Equal in everything but the text of some documents, so that all borders are at the same places.
    let one = vault.sealed(&of_noise("one", 1));
    let two = vault.sealed(&of_noise("one", 1));
    let three = vault.sealed(&of_noise("one", 3));
    for other in [two, three] {
        let length = one.len().min(other.len());
        for border in (public_end(&one)..length).step_by(8191) {
            let spliced = [&one[..border], &other[border..]].concat();
            let is_whole = spliced == other;
            assert_eq!(
                vault.read(&spliced).is_ok(),
                is_whole,
                "spliced at {border}"
            );
        }
    }
}

#[test]
fn chunks_in_another_order_are_found() {
    let vault = Vault::new();
    let good = vault.sealed(&of_noise("one", 1));
    let end = good.len();
    let mut swapped = good.clone();
    swapped[end - 200_000..end - 200_000 + 65_552].rotate_left(16);
    assert!(vault.read(&swapped).is_err());
    let twice = [&good[..end - 65_552], &good[end - 2 * 65_552..]].concat();
    assert!(vault.read(&twice).is_err());
}

#[test]
fn another_key_no_key_and_a_needless_key_are_named() {
    let vault = Vault::new();
    let (mine, other) = (vault.sealed(&course()), Vault::new());
    let path = vault.path("sealed.course");
    let told = |key| Course::open(&path, key).unwrap_err().to_string();
    assert!(told(Some(&other.key)).contains("the key does not open this course"));
    assert!(told(None).contains("this course is sealed; give the file of its key"));
    let clear = vault.path("clear.course");
    let error = Course::open(&clear, Some(&vault.key)).unwrap_err();
    assert!(error.to_string().contains("is not sealed"), "{error}");
    // Neither words nor Debug of an error show text of the course.
    let damaged = vault.read(&mine[..mine.len() - 1]).unwrap_err();
    assert!(!format!("{damaged:?}").contains("beginning"));
}

#[test]
fn what_is_served_has_a_key_where_it_is_sealed_and_is_no_pool() {
    let vault = Vault::new();
    vault.sealed(&course());
    let (clear, sealed) = (vault.path("clear.course"), vault.path("sealed.course"));
    for (path, key, words) in [
        (&clear, false, None),
        (&sealed, true, None),
        (&sealed, false, Some("give the file of its key")),
        (&clear, true, Some("is not sealed")),
    ] {
        let served = Course::servable(path, key).map_err(|error| error.to_string());
        match words {
            None => assert_eq!(served.unwrap().fingerprint, course().fingerprint()),
            Some(words) => assert!(served.unwrap_err().contains(words)),
        }
    }
    let pool = vault.path("pool.course");
    let options = SealOptions {
        class: Class::Official,
        pool: Some(Pool::Decoy),
        force: false,
    };
    let recipients = [vault.public.clone()];
    seal(&clear, &recipients, options, &pool, &mut |_| {}).unwrap();
    let error = Course::servable(&pool, true).unwrap_err().to_string();
    assert!(error.contains("the decoy pool of a course"), "{error}");
}

#[test]
fn a_course_is_sealed_for_several_keys_and_each_opens_it() {
    let vault = Vault::new();
    let second = Vault::new();
    let clear = vault.path("clear.course");
    course().write(&clear).unwrap();
    let out = vault.path("both.course");
    let options = SealOptions {
        class: Class::Official,
        pool: Some(Pool::Decoy),
        force: false,
    };
    let both = [vault.public.clone(), second.public.clone()];
    let header = seal(&clear, &both, options, &out, &mut |_| {}).unwrap();
    assert_eq!(header.pool, Pool::Decoy);
    for key in [&vault.key, &second.key] {
        let opened = Course::open(&out, Some(key)).unwrap();
        assert_eq!(opened.about().pool, Pool::Decoy);
        read_all(&opened).unwrap();
    }
    let told = |result: Result<_, crate::data::DataError>| result.unwrap_err().to_string();
    let again = seal(&clear, &both, options, &out, &mut |_| {});
    assert!(told(again).contains("exists; name another file"));
    let nobody = seal(&clear, &[], options, &vault.path("nobody"), &mut |_| {});
    assert!(told(nobody).contains("at least one public key"));
    let twice = seal(&out, &both, options, &vault.path("twice"), &mut |_| {});
    assert!(told(twice).contains("sealed already"));
    assert!(!vault.path("nobody").exists() && !vault.path("twice").exists());
}

#[test]
fn a_published_course_has_the_same_name_and_fingerprint_and_is_retired() {
    let vault = Vault::new();
    vault.sealed(&long_course());
    let out = vault.path("published.course");
    let sealed = vault.path("sealed.course");
    let mut bytes = 0;
    publish(&sealed, &vault.key, &out, false, &mut |more| bytes += more).unwrap();
    assert_eq!(bytes, long_course().bytes());
    let published = Course::open(&out, None).unwrap();
    assert_eq!(published.about().class, Class::Retired);
    assert_eq!(published.id(), "long");
    assert_eq!(published.fingerprint(), long_course().fingerprint());
    assert_eq!(
        read_all(&published).unwrap(),
        read_all(&long_course()).unwrap()
    );
    assert!(publish(&sealed, &vault.key, &out, false, &mut |_| {}).is_err());
    publish(&sealed, &vault.key, &out, true, &mut |_| {}).unwrap();
    let clear = vault.path("clear.course");
    assert!(publish(&clear, &vault.key, &vault.path("x"), false, &mut |_| {}).is_err());
}

#[test]
fn what_claims_to_be_sealed_is_no_age_file() {
    let vault = Vault::new();
    let good = vault.sealed(&course());
    let public = &good[..public_end(&good)];
    let endless = [
        public,
        b"age-encryption.org/v1\n",
        &b"-> X25519 a\n".repeat(20_000),
    ]
    .concat();
    for bytes in [
        public.to_vec(),
        [public, b"nonsense\n--- "].concat(),
        [public, b"age-encryption.org/v1\n--- \n"].concat(),
        endless,
        [public, &*good].concat(),
    ] {
        let error = vault.read(&bytes).unwrap_err();
        assert!(matches!(error, CourseError::Damaged { .. }), "{error}");
    }
}
