//! The `packit` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    packit::cli::main()
}
