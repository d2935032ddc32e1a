//! The one mouth: everything a person or a script reads from packit leaves through here. Results go to standard output, everything
//! else to standard error.

pub mod ci;
pub mod ci_files;
pub mod console;
pub mod diagnostic;
pub mod envelope;
pub mod findings;
pub mod logging;
pub mod progress;
pub mod question;

pub use ci::Ci;
pub use ci_files::CiFiles;
pub use console::{Appearance, Ui, duration};
