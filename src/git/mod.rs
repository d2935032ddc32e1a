//! The git repository: local reads through libgit2, everything else through the git program.
