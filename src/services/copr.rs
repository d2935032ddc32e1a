//! Copr's interface, version 3: projects, builds, what the builds left. Facts: the interface of a real frontend of version 2.7.

mod build;
mod frontend;
mod project;
mod refusal;
mod results;
mod session;

pub use build::{Build, BuildOptions, ChrootBuild, Sent, Source, State, check_srpm};
pub use frontend::{Access, Copr};
pub use project::{Change, ChrootSettings, ChrootWishes, Project, ProjectSettings, check_name, check_owner};
pub use refusal::is_of_token;
pub use results::Log;
