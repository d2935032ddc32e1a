//! The spec file as lossless text: every byte that an edit does not touch stays.
