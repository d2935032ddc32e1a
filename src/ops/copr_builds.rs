//! `packit copr ...`: builds that Copr has already: following them, how they went, their logs and packages, cancelling them.

use std::path::PathBuf;

use fs_err as fs;
use serde::Serialize;

use super::copr_access::{self, CoprRequest};
use super::copr_watch::{self, Watch, Watched};
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::outward::Write;
use crate::paths;
use crate::services::copr::{Build, Copr, State};
use crate::services::{Address, Client};

/// How builds went.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Each build.
    pub builds: Vec<Watched>,
    /// Why they were not followed to their end.
    #[serde(skip)]
    pub unfinished: Option<Error>,
    /// What a dry run did not send.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Write>,
}

/// Who somebody is in Copr.
#[derive(Debug, Serialize)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The server.
    pub server: String,
}

/// What was downloaded.
#[derive(Debug, Serialize)]
pub struct Downloaded {
    /// The files.
    #[serde(serialize_with = "serialize_files")]
    pub files: Vec<PathBuf>,
}

fn serialize_files<S: serde::Serializer>(files: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(files.iter().map(|file| file.to_string_lossy()))
}

/// Which packages of a build are wanted.
#[derive(Debug, Clone)]
pub struct DownloadRequest {
    /// Which Copr server.
    pub copr: CoprRequest,
    /// The build.
    pub id: u64,
    /// The chroots; all that have packages when none is given.
    pub chroots: Vec<String>,
    /// Where they go: a folder for each chroot is made in it.
    pub folder: PathBuf,
    /// Whether the logs are wanted too.
    pub logs: bool,
}

/// Builds as they are now.
///
/// # Errors
/// When there is no such build, or Copr cannot be reached.
pub async fn status(context: &Context, request: &CoprRequest, ids: &[u64]) -> Result<Report> {
    let client = Client::default();
    let (_, copr) = copr_access::open(context, &client, request)?;
    let builds = look(context, &copr, ids).await?;
    Ok(Report { builds, unfinished: None, held: Vec::new() })
}

async fn look(context: &Context, copr: &Copr<'_>, ids: &[u64]) -> Result<Vec<Watched>> {
    let mut builds = Vec::new();
    for id in ids {
        builds.push(Watched::look(context, copr, *id).await?);
    }
    Ok(builds)
}

/// Follows builds to their end.
///
/// # Errors
/// As [`status`]; what ends the watch before the builds is in the report.
pub async fn watch(context: &Context, request: &CoprRequest, ids: &[u64], how: Watch) -> Result<Report> {
    let client = Client::default();
    let (_, copr) = copr_access::open(context, &client, request)?;
    let builds = look(context, &copr, ids).await?;
    let followed = copr_watch::watch(context, &copr, request, builds, how).await;
    Ok(Report { builds: followed.builds, unfinished: followed.unfinished, held: Vec::new() })
}

/// Cancels builds. One that was canceled before is left as it is.
///
/// # Errors
/// When the login is not accepted, and when none can be canceled; of kind [`Kind::Partial`] in the report when some cannot.
pub async fn cancel(context: &Context, request: &CoprRequest, ids: &[u64], dry_run: bool) -> Result<Report> {
    let dry = dry_run.then(|| context.dry());
    let context = dry.as_ref().unwrap_or(context);
    let client = Client::default();
    let (_, copr) = copr_access::log_in(context, &client, request)?;
    let (mut builds, mut failed) = (Vec::new(), Vec::new());
    for id in ids {
        match cancel_one(context, &copr, *id).await {
            Ok(build) => builds.push(Watched::new(&copr, &build)),
            Err(error) if error.kind() == Kind::Interrupted || ids.len() == 1 => return Err(error),
            Err(error) => {
                // The first cause is the address.
                let causes: Vec<&str> = error.causes().iter().skip(1).map(String::as_str).collect();
                failed.push(format!("{id}: {}", causes.join(", ")));
            }
        }
    }
    let kind = if builds.is_empty() { Kind::Service } else { Kind::Partial };
    let error = Error::new(kind, format!("{} of {} builds cannot be canceled", failed.len(), ids.len()));
    let unfinished = (!failed.is_empty()).then(|| failed.into_iter().fold(error, Error::cause));
    Ok(Report { builds, unfinished, held: context.gate().held() })
}

async fn cancel_one(context: &Context, copr: &Copr<'_>, id: u64) -> Result<Build> {
    match copr.cancel(context, id).await {
        Ok(Some(build)) => Ok(build),
        Ok(None) => copr.build(context, id).await,
        Err(error) if error.kind() == Kind::Service => {
            // Copr refuses to do it twice.
            match copr.find_build(context, id).await {
                Ok(Some(build)) if build.state == State::Canceled => Ok(build),
                Ok(Some(build)) if build.state.is_final() => {
                    Err(error.cause(format!("it has {}", build.state.as_str())))
                }
                _ => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// Who the user is.
///
/// # Errors
/// When Copr does not accept the login, or cannot be reached.
pub async fn whoami(context: &Context, request: &CoprRequest) -> Result<Identity> {
    let client = Client::default();
    let (_, copr) = copr_access::log_in(context, &client, request)?;
    let name = copr.user(context).await?.to_owned();
    Ok(Identity { name, server: copr.frontend().to_string().trim_end_matches('/').to_owned() })
}

/// Writes the log of a build to `sink`: that of a chroot, or of all parts that failed, else of all.
///
/// # Errors
/// When there is no such build or chroot, no log yet, or Copr cannot be reached.
pub async fn logs(
    context: &Context,
    request: &CoprRequest,
    id: u64,
    chroot: Option<&str>,
    sink: &mut dyn std::io::Write,
) -> Result<()> {
    let client = Client::default();
    let (_, copr) = copr_access::open(context, &client, request)?;
    let build = Watched::look(context, &copr, id).await?;
    let parts = build.source.iter().chain(&build.chroots);
    let mut wanted: Vec<_> = match chroot {
        Some(name) => parts.filter(|part| part.name.eq_ignore_ascii_case(name)).collect(),
        None => build.failed().collect(),
    };
    if wanted.is_empty() && chroot.is_none() {
        wanted = build.source.iter().chain(&build.chroots).collect();
    }
    if let (true, Some(name)) = (wanted.is_empty(), chroot) {
        let names: Vec<&str> = build.chroots.iter().map(|part| part.name.as_str()).collect();
        let error = Error::new(Kind::Usage, format!("build {id} is not for `{name}`"));
        return Err(match names.is_empty() {
            true => error.hint("its source RPM has not been read yet"),
            false => error.hint(format!("it is for {}", names.join(", "))),
        });
    }
    let several = wanted.len() > 1;
    let mut found = false;
    for part in wanted {
        let Some(results) = &part.results else { continue };
        let Some(log) = copr.log(context, results, part.state.is_final()).await? else { continue };
        found = true;
        if several {
            let title = format!("==> {} {}: {} <==\n", part.name, part.state.as_str(), log.address);
            sink.write_all(title.as_bytes()).or_error(Kind::Environment, || "the log cannot be shown".to_owned())?;
        }
        copr.read_log(context, &log, 0, sink).await?;
    }
    if !found {
        let error = Error::new(Kind::Refused, format!("build {id} has no log yet: it is {}", build.state.as_str()));
        return Err(error.hint(format!("to wait for it: packit copr watch --logs {id}")));
    }
    Ok(())
}

/// Downloads what a build has made.
///
/// # Errors
/// When there is no such build or chroot or nothing to download, or a file cannot be had whole.
pub async fn download(context: &Context, request: &DownloadRequest) -> Result<Downloaded> {
    let client = Client::default();
    let (_, copr) = copr_access::open(context, &client, &request.copr)?;
    let build = Watched::look(context, &copr, request.id).await?;
    let chosen = chosen_chroots(&build, &request.chroots)?;
    let packages = copr.built_packages(context, request.id).await?;
    let root = context.absolute(&request.folder);
    fs::create_dir_all(&root).or_error(Kind::Environment, || format!("`{}` cannot be made", root.display()))?;
    let mut files = Vec::new();
    for part in chosen {
        let Some(results) = &part.results else { continue };
        let names = packages.iter().filter(|(chroot, _)| *chroot == part.name).flat_map(|(_, names)| names.clone());
        let logs = ["builder-live.log.gz", "backend.log.gz", "build.log.gz", "root.log.gz", "state.log.gz"];
        let logs = logs.into_iter().filter(|_| request.logs).map(str::to_owned);
        let folder = paths::join_within(&root, &root, std::path::Path::new(&part.name))?;
        check_file_name(&part.name)?;
        for (name, is_log) in names.map(|name| (name, false)).chain(logs.map(|name| (name, true))) {
            check_file_name(&name)?;
            let destination = paths::join_within(&root, &folder, std::path::Path::new(&name))?;
            fs::create_dir_all(&folder)
                .or_error(Kind::Environment, || format!("`{}` cannot be made", folder.display()))?;
            let url = Address::parse(results)?.below(&[&name], &[])?;
            match copr.fetch(context, &url, &destination).await {
                Ok(()) => files.push(destination),
                // Not every log is left by every build.
                Err(error) if is_log && error.kind() == Kind::Service => {
                    context.found(Finding::note(format!("{name} of {} was not downloaded: {error}", part.name)));
                }
                Err(error) => return Err(error),
            }
        }
    }
    if files.is_empty() {
        let error = Error::new(Kind::Refused, format!("build {} has made nothing to download", request.id));
        return Err(error.cause(format!("it is {}", build.state.as_str())).hint("for its logs: --logs"));
    }
    Ok(Downloaded { files })
}

/// A server names the folders and files: none of them is elsewhere.
fn check_file_name(name: &str) -> Result<()> {
    if paths::is_file_name(name.as_ref()) {
        return Ok(());
    }
    let message = format!("Copr names `{}`, which cannot be the name of a file", name.escape_debug());
    Err(Error::new(Kind::Service, message).hint("nothing of it was downloaded"))
}

fn chosen_chroots<'b>(build: &'b Watched, names: &[String]) -> Result<Vec<&'b copr_watch::Part>> {
    if names.is_empty() {
        return Ok(build.chroots.iter().collect());
    }
    let find = |name: &String| {
        build.chroots.iter().find(|part| part.name == *name).ok_or_else(|| {
            let known: Vec<&str> = build.chroots.iter().map(|part| part.name.as_str()).collect();
            let error = Error::new(Kind::Usage, format!("build {} is not for `{name}`", build.id));
            if known.is_empty() { error } else { error.hint(format!("it is for {}", known.join(", "))) }
        })
    };
    names.iter().map(find).collect()
}
