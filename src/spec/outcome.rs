//! What an edit did.

/// What an edit of a spec did. Line numbers are those of the edited file, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The line (the first of them, where there are several) was changed or added.
    Changed {
        /// Number of the line after the edit.
        line: usize,
    },
    /// The line says what it shall already, and was left as the user wrote it.
    AlreadyRight {
        /// Number of the line.
        line: usize,
    },
    /// There was nothing that this edit may change.
    LeftAlone(Why),
}

/// Why an edit left the spec as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The release is computed by `%autorelease`.
    Autorelease,
    /// The release is not computed by `%autorelease`, so there is no call to which something can be added.
    NoAutorelease,
    /// The changelog is made by `%autochangelog`.
    Autochangelog,
    /// There is no `%changelog` section.
    NoChangelog,
    /// There is no `%prep` section.
    NoPrep,
    /// There is a `%prep` section, but no `%setup` or `%autosetup` in it that rpm would run.
    NoSetup,
}
