//! The published table of exit codes.

use crate::error::Kind;

/// Everything went well.
pub const DONE: u8 = 0;

/// The exit code for a failure of this kind. README and `packit(1)` print this table.
pub fn code(kind: Kind) -> u8 {
    match kind {
        Kind::Failed => 1,
        Kind::Usage | Kind::Config | Kind::Environment | Kind::Project | Kind::Tool => 2,
        Kind::Service => 3,
        Kind::Bug => 4,
        Kind::Refused => 5,
        Kind::Partial => 6,
        Kind::Timeout => 124,
        Kind::Interrupted => 130,
    }
}
