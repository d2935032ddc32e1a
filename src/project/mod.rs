//! The upstream checkout that is being packaged.
