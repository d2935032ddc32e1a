//! Builds of Copr.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::frontend::Copr;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::services::{Body, Content, Method, Part};

/// The state of a build, or of one of its chroots. The order has no meaning: states go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Not begun, and not known when it will.
    Waiting,
    /// In the queue.
    Pending,
    /// A machine is made ready.
    Starting,
    /// The source RPM is read.
    Importing,
    /// At work.
    Running,
    /// Done.
    Succeeded,
    /// Done, with a failure.
    Failed,
    /// Stopped by somebody.
    Canceled,
    /// Not done: it was done before.
    Skipped,
    /// Taken from another project.
    Forked,
    /// A state that is not known here.
    #[serde(other)]
    Unknown,
}

impl State {
    /// Whether it stays as it is.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled | Self::Skipped | Self::Forked)
    }

    /// Whether there is a result of the build.
    pub fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::Skipped | Self::Forked)
    }

    /// As Copr writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Pending => "pending",
            Self::Starting => "starting",
            Self::Importing => "importing",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Skipped => "skipped",
            Self::Forked => "forked",
            Self::Unknown => "unknown",
        }
    }
}

/// A build, as Copr describes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Build {
    /// Its number.
    pub id: u64,
    /// Its state as a whole.
    pub state: State,
    /// The owner of its project: a user, or `@group`.
    pub ownername: String,
    /// Its project.
    pub projectname: String,
    /// Where its results are.
    #[serde(default)]
    pub repo_url: Option<String>,
    /// Who submitted it.
    #[serde(default)]
    pub submitter: Option<String>,
    /// When, in seconds since 1970.
    #[serde(default)]
    pub submitted_on: Option<i64>,
    /// When its last chroot ended; never for one that was canceled.
    #[serde(default)]
    pub ended_on: Option<i64>,
    /// What is built.
    #[serde(default)]
    pub source_package: Source,
}

/// What a build is made of.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Source {
    /// The name of the source package; none until the source RPM has been read.
    pub name: Option<String>,
    /// Its version and release.
    pub version: Option<String>,
    /// Where the source RPM is.
    pub url: Option<String>,
}

/// What is built for one chroot.
#[derive(Debug, Clone, Deserialize)]
pub struct ChrootBuild {
    /// The chroot.
    pub name: String,
    /// Its state.
    pub state: State,
    /// When it began, in seconds since 1970.
    #[serde(default)]
    pub started_on: Option<i64>,
    /// When it ended.
    #[serde(default)]
    pub ended_on: Option<i64>,
    /// The folder of its logs and packages, once it has begun.
    #[serde(default)]
    pub result_url: Option<String>,
}

/// How something is built. What is `None` is left to Copr.
#[derive(Debug, Clone, Default)]
pub struct BuildOptions {
    /// The chroots; without any, all that the project has.
    pub chroots: Vec<String>,
    /// Whether the build has a network.
    pub enable_net: Option<bool>,
    /// After how many seconds Copr gives up.
    pub timeout: Option<u32>,
    /// Whether other builds go before this one.
    pub background: bool,
    /// How mock makes the chroots.
    pub bootstrap: Option<String>,
    /// How mock shuts them off.
    pub isolation: Option<String>,
    /// The build that must be done before.
    pub after: Option<u64>,
    /// The build that this one belongs to.
    pub with: Option<u64>,
    /// The directory of the project that the results go to: `PROJECT:WORDS`.
    pub directory: Option<String>,
}

/// What came of sending a build.
#[derive(Debug)]
pub enum Sent {
    /// It was taken.
    Build(Box<Build>),
    /// The gate held it back.
    Held,
}

/// Checks that a file has the name of a source RPM: by its content Copr finds out only after it has taken it.
///
/// # Errors
/// Of kind [`Kind::Usage`] when Copr would not take it.
pub fn check_srpm(file: &Path) -> Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if [".src.rpm", ".nosrc.rpm"].iter().any(|end| name.ends_with(end)) {
        return Ok(());
    }
    let error = Error::new(Kind::Usage, format!("`{}` is not a source RPM", file.display()));
    Err(error.hint("its name must end in .src.rpm"))
}

impl BuildOptions {
    /// Checks that the directory belongs to the project.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] when Copr would not take it.
    pub fn check_directory(&self, project: &str) -> Result<()> {
        let Some(directory) = &self.directory else { return Ok(()) };
        let is_below = directory.strip_prefix(project).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
        if is_below {
            return Ok(());
        }
        let error = Error::new(Kind::Usage, format!("`{directory}` is no directory of the Copr project `{project}`"));
        Err(error.hint(format!("write --project-dirname {project}:WORDS")))
    }

    fn fields(&self, owner: &str, project: &str) -> Value {
        let mut fields = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        set("ownername", Some(json!(owner)));
        set("projectname", Some(json!(project)));
        set("project_dirname", self.directory.as_ref().map(|directory| json!(directory)));
        // A text would be read letter by letter: it must be a list.
        set("chroots", (!self.chroots.is_empty()).then(|| json!(self.chroots)));
        set("enable_net", self.enable_net.map(|net| json!(net)));
        set("timeout", self.timeout.map(|seconds| json!(seconds)));
        set("background", self.background.then(|| json!(true)));
        set("bootstrap", self.bootstrap.as_ref().map(|bootstrap| json!(bootstrap)));
        set("isolation", self.isolation.as_ref().map(|isolation| json!(isolation)));
        set("after_build_id", self.after.map(|id| json!(id)));
        set("with_build_id", self.with.map(|id| json!(id)));
        fields.into()
    }
}

impl Copr<'_> {
    /// Asks whether a build would be taken, without sending it.
    ///
    /// # Errors
    /// When the server would refuse it, in its own words, or cannot be reached.
    pub async fn check_build(
        &self,
        context: &Context,
        owner: &str,
        project: &str,
        options: &BuildOptions,
    ) -> Result<()> {
        self.check(context, "build/check-before-build", options.fields(owner, project)).await
    }

    /// Sends a source RPM to be built. The file is read while it is sent.
    ///
    /// # Errors
    /// When the server refuses, or cannot be reached; [`Kind::Environment`] when the file cannot be read.
    pub async fn upload(
        &self,
        context: &Context,
        owner: &str,
        project: &str,
        srpm: &Path,
        options: &BuildOptions,
    ) -> Result<Sent> {
        check_srpm(srpm)?;
        let name = srpm.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let parts = vec![
            Part {
                name: "pkgs",
                file_name: Some(name),
                media_type: Some("application/x-rpm"),
                content: Content::File(srpm.to_owned()),
            },
            // Without the name of a file Copr does not find it.
            Part {
                name: "json",
                file_name: Some("json".to_owned()),
                media_type: Some("application/json"),
                content: Content::Text(options.fields(owner, project).to_string()),
            },
        ];
        // A second time would be a second build.
        let sent = self.send(context, Method::POST, "build/create/upload", Body::Parts(parts), false).await;
        let look = || {
            let page = self.project_page(owner, project);
            format!("look at {page}builds/ whether Copr has taken it, before you run the command again")
        };
        let reply = match sent {
            Ok(Some(reply)) => reply,
            Ok(None) => return Ok(Sent::Held),
            Err(error) if matches!(error.kind(), Kind::Service | Kind::Interrupted) => return Err(error.hint(look())),
            Err(error) => return Err(error),
        };
        let mut answer: Value = self.understood(&reply)?;
        // Some ways of building answer with a list.
        if let Some(first) = answer.get_mut("items").and_then(|items| items.get_mut(0)) {
            answer = first.take();
        }
        let build = serde_json::from_value(answer).map_err(|error| {
            Error::new(
                Kind::Service,
                format!("{} gave another answer than the one that is known", self.frontend().host()),
            )
            .cause(error)
            .hint(look())
        })?;
        Ok(Sent::Build(Box::new(build)))
    }

    /// A build.
    ///
    /// # Errors
    /// When there is none, or the server cannot be reached.
    pub async fn build(&self, context: &Context, id: u64) -> Result<Build> {
        self.read(context, &format!("build/{id}"), &[]).await
    }

    /// The same, and `None` where Copr says that there is none.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn find_build(&self, context: &Context, id: u64) -> Result<Option<Build>> {
        let reply = self.ask(context, &format!("build/{id}"), &[]).await?;
        // A proxy says 404 too while the server behind it is started.
        let is_gone = reply.status == 404 && reply.text().contains(&format!("Build {id} does not exist"));
        if is_gone { Ok(None) } else { self.understood(&reply).map(Some) }
    }

    /// What a build does in each chroot, by their names. Empty until the source RPM has been read, where no chroots were named.
    ///
    /// # Errors
    /// As [`Copr::build`].
    pub async fn build_chroots(&self, context: &Context, id: u64) -> Result<Vec<ChrootBuild>> {
        #[derive(Deserialize)]
        struct Page {
            items: Vec<ChrootBuild>,
        }
        let mut page: Page = self.read(context, "build-chroot/list", &[("build_id", &id.to_string())]).await?;
        // Copr gives them in another order each time.
        page.items.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(page.items)
    }

    /// The state of the source RPM of a build, and the folder of its logs; `None` where Copr cannot say yet.
    ///
    /// # Errors
    /// As [`Copr::build`].
    pub async fn build_source(&self, context: &Context, id: u64) -> Result<Option<(State, Option<String>)>> {
        #[derive(Deserialize)]
        struct Answer {
            state: State,
            result_url: Option<String>,
        }
        let reply = self.ask(context, &format!("build/source-chroot/{id}"), &[]).await?;
        if reply.status == 500 {
            // Copr's own defect, as long as the source RPM was not begun.
            return Ok(None);
        }
        let answer: Answer = self.understood(&reply)?;
        Ok(Some((answer.state, answer.result_url)))
    }

    /// The packages that a build has made, by chroot: the names of the files.
    ///
    /// # Errors
    /// As [`Copr::build`].
    pub async fn built_packages(&self, context: &Context, id: u64) -> Result<Vec<(String, Vec<String>)>> {
        #[derive(Deserialize)]
        struct Chroot {
            packages: Vec<Built>,
        }
        #[derive(Deserialize)]
        struct Built {
            name: String,
            version: String,
            release: String,
            arch: String,
        }
        let route = format!("build/built-packages/{id}");
        let chroots: std::collections::BTreeMap<String, Chroot> = self.read(context, &route, &[]).await?;
        let file = |Built { name, version, release, arch }| format!("{name}-{version}-{release}.{arch}.rpm");
        let of = |(chroot, packages): (String, Chroot)| (chroot, packages.packages.into_iter().map(file).collect());
        Ok(chroots.into_iter().map(of).collect())
    }

    /// Cancels a build. `None`: the gate held it back.
    ///
    /// # Errors
    /// When it is finished or not the user's, or the server cannot be reached.
    pub async fn cancel(&self, context: &Context, id: u64) -> Result<Option<Build>> {
        self.write(context, Method::PUT, &format!("build/cancel/{id}"), Body::Nothing, true).await
    }
}
