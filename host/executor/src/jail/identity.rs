//! Who runs inside a jail, seen from outside.

use std::fs;

use rand::Rng;
use rustix::process::{getgid, getuid};

use super::JailError;

/// First of the user ids that neither distributions, nor systemd, nor container tools hand out.
const FREE_UIDS: u32 = 0x7000_0000;

/// The user a jail runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The host runs as root: a user id of its own for each jail, no user namespace. Root mapped into a user
    /// namespace would still own root's files.
    Dedicated {
        /// User and group id.
        uid: u32,
    },
    /// The host runs as an ordinary user: the same user, alone in a user namespace, as id
    /// [`Identity::NAMESPACED_ID`].
    Namespaced {
        /// The host's user id.
        uid: u32,
        /// The host's group id.
        gid: u32,
    },
}

impl Identity {
    /// User and group id inside a user namespace.
    pub const NAMESPACED_ID: u32 = 1000;

    pub(super) fn choose() -> Result<Self, JailError> {
        if !getuid().is_root() {
            return Ok(Self::Namespaced {
                uid: getuid().as_raw(),
                gid: getgid().as_raw(),
            });
        }
        let map = fs::read_to_string("/proc/self/uid_map")
            .map_err(JailError::io("/proc/self/uid_map"))?;
        let offset = rand::rng().random_range(0..0x00ff_ffff);
        Ok(Self::Dedicated {
            uid: dedicated(&map, offset),
        })
    }

    /// The user id the host sees, for example in a socket's peer credentials.
    pub fn host_uid(self) -> u32 {
        match self {
            Self::Dedicated { uid } | Self::Namespaced { uid, .. } => uid,
        }
    }

    /// The group id the host sees.
    pub fn host_gid(self) -> u32 {
        match self {
            Self::Dedicated { uid } => uid,
            Self::Namespaced { gid, .. } => gid,
        }
    }

    /// User and group id as the jail sees them.
    pub(super) fn inside_id(self) -> u32 {
        match self {
            Self::Dedicated { uid } => uid,
            Self::Namespaced { .. } => Self::NAMESPACED_ID,
        }
    }

    /// In words, for the report.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Dedicated { .. } => "user id of its own",
            Self::Namespaced { .. } => "user namespace",
        }
    }
}

/// A user id for root to drop to: from the free range, or, where a container maps fewer ids, from those that it
/// has and nobody is likely to use.
fn dedicated(uid_map: &str, offset: u32) -> u32 {
    let wanted = FREE_UIDS.saturating_add(offset);
    let ranges: Vec<(u32, u32)> = uid_map
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let first = fields.next()?.parse().ok()?;
            Some((first, fields.nth(1)?.parse().ok()?))
        })
        .collect();
    let maps = |uid: u32| {
        ranges
            .iter()
            .any(|&(first, count)| uid >= first && uid - first < count)
    };
    let fallback = 64_000 + offset % 1000;
    if maps(wanted) || !maps(fallback) {
        wanted
    } else {
        fallback
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_id_is_one_that_exists_here() {
        let whole = "         0          0 4294967295\n";
        assert_eq!(dedicated(whole, 5), FREE_UIDS + 5);
        let container = "         0     100000      65536\n";
        assert_eq!(dedicated(container, 1005), 64_005);
    }
}
