//! The `packit` command.

fn main() {}
