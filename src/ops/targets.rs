//! What targets mean today: chroots of mock and Copr, branches in dist-git, targets in Koji.

use serde::{Serialize, Serializer};

use super::release_lists::{Listed, Origin, ReleaseLists, settings};
use super::target_aliases;
use super::target_names::{self, ALIASES, Alias, DEFAULT_ARCHITECTURE, Distro, Name, OLD_STREAM};
use crate::context::Context;
use crate::error::{Error, Finding, Kind, Result};
use crate::services::http::Client;

/// What is meant where a list of targets is empty.
pub const DEFAULT: &str = "fedora-stable";

/// Expands targets. Names that say what they mean ask nobody; the first alias looks for the list that it needs.
pub struct Targets<'a> {
    context: &'a Context,
    lists: ReleaseLists<'a>,
}

/// What a target means.
#[derive(Debug, Clone, Serialize)]
pub struct Meaning {
    /// The target, as it was given.
    pub target: String,
    /// The distributions, oldest first.
    #[serde(skip)]
    pub distros: Vec<Distro>,
    /// The architecture of the chroots.
    pub architecture: String,
    /// The chroots.
    pub chroots: Vec<String>,
    /// The branches in dist-git; `rawhide` is the default branch of a project.
    pub branches: Vec<String>,
    /// The targets in Koji.
    pub koji_targets: Vec<String>,
    /// Where an alias is read from; none for a name that says what it means.
    #[serde(serialize_with = "literal_or_origin")]
    pub from: Option<Origin>,
}

fn literal_or_origin<S: Serializer>(origin: &Option<Origin>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Literal {
        kind: &'static str,
    }
    match origin {
        Some(origin) => origin.serialize(serializer),
        None => Literal { kind: "literal" }.serialize(serializer),
    }
}

impl<'a> Targets<'a> {
    /// Targets as `client` may ask for what aliases stand for.
    pub fn new(context: &'a Context, client: &'a Client) -> Self {
        Self { context, lists: ReleaseLists::new(context, client) }
    }

    /// What `target` means; `None` where its name is not known. An alias that stands for nothing today, and a name that is out of
    /// use, are told as warnings.
    ///
    /// # Errors
    /// As [`ReleaseLists::fedora`].
    pub async fn meaning(&self, target: &str) -> Result<Option<Meaning>> {
        let (name, architecture) = target_names::read(target);
        let (distros, from) = match name {
            Name::Unknown => return Ok(None),
            Name::Literal(distro) => {
                self.warn_of_old_stream(target, architecture);
                (vec![distro], None)
            }
            Name::Alias(alias @ (Alias::OpenSuseAll | Alias::OpenSuse(_))) => {
                let Listed { list, origin } = self.lists.opensuse().await?;
                (target_aliases::opensuse(list, &alias), Some(origin.clone()))
            }
            Name::Alias(alias) => {
                let Listed { list, origin } = self.lists.fedora().await?;
                let members = list.members(&alias);
                match alias {
                    Alias::EpelMinor(major, minor) if members.is_empty() => {
                        // Its branch stays when its time is over.
                        let (version, branch) = (format!("{major}.{minor}"), format!("epel{major}.{minor}"));
                        let message = format!("EPEL {version} is not among the active releases");
                        self.context
                            .found(Finding::warning(message).hint("packit config targets epel-all: lists them"));
                        (vec![Distro::epel(&version, &branch)], Some(origin.clone()))
                    }
                    _ => (members, Some(origin.clone())),
                }
            }
        };
        if distros.is_empty() {
            let warning = Finding::warning(format!("`{target}` stands for nothing today"));
            self.context.found(warning.hint("packit config targets: lists all aliases and what they stand for"));
        }
        let architecture = architecture.unwrap_or(DEFAULT_ARCHITECTURE).to_owned();
        Ok(Some(Meaning {
            target: target.to_owned(),
            chroots: each_once(distros.iter().filter_map(|distro| distro.chroot(&architecture))),
            branches: each_once(distros.iter().filter_map(|distro| distro.branch.clone())),
            koji_targets: each_once(distros.iter().filter_map(Distro::koji_target)),
            distros,
            architecture,
            from,
        }))
    }

    fn warn_of_old_stream(&self, target: &str, architecture: Option<&str>) {
        let Some(rest) = target.strip_prefix(OLD_STREAM) else { return };
        if rest.is_empty() || rest.strip_prefix('-').is_some_and(|rest| Some(rest) == architecture) {
            let warning = format!("`{target}` is taken for `{OLD_STREAM}-8{rest}`, whose time is over");
            self.context.found(Finding::warning(warning).hint(format!("name the version: `{OLD_STREAM}-10{rest}`")));
        }
    }

    /// What each of `targets` means, or [`DEFAULT`] where there are none.
    ///
    /// # Errors
    /// Of kind [`Kind::Usage`] for names that are not known, all of them, with near ones; else as [`Self::meaning`].
    pub async fn meanings(&self, targets: &[String]) -> Result<Vec<Meaning>> {
        let default = [DEFAULT.to_owned()];
        let targets = if targets.is_empty() { &default } else { targets };
        let (mut meanings, mut unknown) = (Vec::new(), Vec::new());
        for target in targets {
            match self.meaning(target).await? {
                Some(meaning) => meanings.push(meaning),
                None => unknown.push(target.as_str()),
            }
        }
        if unknown.is_empty() { Ok(meanings) } else { Err(not_known(&unknown)) }
    }

    /// The chroots of all `targets`, each once, in their order.
    ///
    /// # Errors
    /// As [`Self::meanings`]; of kind [`Kind::Usage`] too for a target that is a branch and has no chroot.
    pub async fn chroots(&self, targets: &[String]) -> Result<Vec<String>> {
        let meanings = self.meanings(targets).await?;
        let branch = meanings.iter().find(|meaning| meaning.chroots.is_empty() && !meaning.distros.is_empty());
        if let Some(Meaning { target, .. }) = branch {
            return Err(Error::new(Kind::Usage, format!("`{target}` is a branch, and not something to build for"))
                .hint("name a distribution, such as fedora-rawhide-x86_64"));
        }
        Ok(each_once(meanings.into_iter().flat_map(|meaning| meaning.chroots)))
    }

    /// The branches of all `targets`, each once, in their order; `default_branch` is that of the dist-git repository, and takes the
    /// place of `rawhide`. A name that is not known is a branch: these may be named at will.
    ///
    /// # Errors
    /// As [`Self::meaning`]; of kind [`Kind::Usage`] for a target that has no branch.
    pub async fn branches(&self, targets: &[String], default_branch: &str) -> Result<Vec<String>> {
        let mut branches = Vec::new();
        for meaning in self.or_as_they_are(targets).await? {
            match meaning {
                Ok(meaning) => branches.extend(meaning.branches),
                Err(branch) => branches.push(branch),
            }
        }
        let is_rawhide = |branch: &String| branch == "rawhide";
        Ok(each_once(branches.into_iter().map(|b| if is_rawhide(&b) { default_branch.to_owned() } else { b })))
    }

    /// The Koji targets of all `targets`, each once, in their order. A name that is not known is one.
    ///
    /// # Errors
    /// As [`Self::branches`].
    pub async fn koji_targets(&self, targets: &[String]) -> Result<Vec<String>> {
        let meanings = self.or_as_they_are(targets).await?.into_iter();
        Ok(each_once(meanings.flat_map(|meaning| meaning.map_or_else(|name| vec![name], |known| known.koji_targets))))
    }

    /// What each target means, or, where its name is not known, the name itself, with a warning where it may be misspelt.
    async fn or_as_they_are(&self, targets: &[String]) -> Result<Vec<Result<Meaning, String>>> {
        let default = [DEFAULT.to_owned()];
        let targets = if targets.is_empty() { &default } else { targets };
        let mut meanings = Vec::new();
        for target in targets {
            let meaning = self.meaning(target).await?;
            let is_nowhere = |meaning: &Meaning| meaning.branches.is_empty() && !meaning.distros.is_empty();
            match meaning {
                Some(meaning) if is_nowhere(&meaning) => {
                    return Err(Error::new(Kind::Usage, format!("`{target}` has no branch in dist-git"))
                        .hint("name a branch, such as f43 or rawhide"));
                }
                Some(meaning) => meanings.push(Ok(meaning)),
                None if !target_names::is_plain(target) => return Err(not_known(&[target])),
                None => {
                    if let Some(near) = meant(target) {
                        let message = format!("`{target}` is taken for the name of a branch: it is no alias");
                        self.context.found(Finding::warning(message).hint(near));
                    }
                    meanings.push(Err(target.clone()));
                }
            }
        }
        Ok(meanings)
    }

    /// Every alias of today.
    ///
    /// # Errors
    /// As [`ReleaseLists::fedora`].
    pub async fn aliases(&self) -> Result<Vec<String>> {
        let minors = self.lists.fedora().await?.list.aliases_of_minors();
        let (opensuse, fedora): (Vec<&str>, Vec<&str>) =
            ALIASES.iter().partition(|alias| alias.starts_with("opensuse-"));
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Vec<_>>();
        Ok([owned(fedora), minors, owned(opensuse)].concat())
    }
}

fn each_once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// `did you mean ...?`, where there is something near.
fn meant(target: &str) -> Option<String> {
    let near: Vec<String> = target_names::near(target).iter().map(|near| format!("`{near}`")).collect();
    (!near.is_empty()).then(|| format!("did you mean {}?", near.join(" or ")))
}

fn not_known(targets: &[&str]) -> Error {
    let quoted: Vec<String> = targets.iter().map(|target| format!("`{target}`")).collect();
    let what = if targets.len() == 1 { "is no target" } else { "are no targets" };
    let mut error = Error::new(Kind::Usage, format!("{} {what}", quoted.join(", ")));
    for (target, quoted) in targets.iter().zip(&quoted) {
        if let Some(meant) = meant(target) {
            let of = if targets.len() == 1 { String::new() } else { format!("for {quoted}: ") };
            error = error.hint(format!("{of}{meant}"));
        }
    }
    error.hint("packit config targets: lists all aliases; a chroot reads NAME-VERSION-ARCHITECTURE")
}

/// What is to be told.
#[derive(Debug, Clone)]
pub struct Request {
    /// The targets; all aliases where there are none.
    pub targets: Vec<String>,
    /// Nobody may be asked.
    pub offline: bool,
}

/// What targets mean today.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Each target, in the order of the request.
    pub targets: Vec<Meaning>,
}

/// Tells what targets mean today.
///
/// # Errors
/// As [`Targets::meanings`].
pub async fn run(context: &Context, request: Request) -> Result<Report> {
    let client = Client::new(settings(request.offline));
    let targets = Targets::new(context, &client);
    let names = if request.targets.is_empty() { targets.aliases().await? } else { request.targets };
    Ok(Report { targets: targets.meanings(&names).await? })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::event::What;
    use crate::interrupt::Interrupt;

    /// What `ask` gives on the list that packit was built with, and what was told.
    fn on_built_in<T>(ask: impl AsyncFnOnce(&Targets<'_>) -> T) -> (T, Vec<String>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&told);
        let sink = Arc::new(move |event: crate::event::Event| {
            if let What::Found(finding) = event.what {
                kept.lock().unwrap().push(format!("{} {}", finding.message, finding.hints.concat()));
            }
        });
        let context = Context::with("/".into(), HashMap::new(), sink, Interrupt::default()).unwrap();
        let client = Client::new(settings(true));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let given = runtime.block_on(ask(&Targets::new(&context, &client)));
        let told = told.lock().unwrap().clone();
        (given, told)
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn chroots_branches_and_koji_targets() {
        for (targets, chroots, branches, koji) in [
            ("", "fedora-43-x86_64 fedora-44-x86_64", "f43 f44", "f43 f44"),
            ("rawhide fedora-rawhide-s390x", "fedora-rawhide-x86_64 fedora-rawhide-s390x", "main", "rawhide"),
            ("fedora-latest f44 fedora-44-x86_64", "fedora-44-x86_64", "f44", "f44"),
            (
                "epel-10-all epel-6",
                "rhel+epel-10-x86_64 epel-10-x86_64 epel-6-x86_64",
                "epel10.2 epel10 el6",
                "epel10.2 epel10 epel6",
            ),
            ("epel-11-all", "", "", ""),
        ] {
            let (found, _) = on_built_in(async |known| known.chroots(&words(targets)).await.unwrap());
            assert_eq!(found, words(chroots), "{targets}");
            let (found, _) = on_built_in(async |known| known.branches(&words(targets), "main").await.unwrap());
            assert_eq!(found, words(branches), "{targets}");
            let (found, _) = on_built_in(async |known| known.koji_targets(&words(targets)).await.unwrap());
            assert_eq!(found, words(koji), "{targets}");
        }
    }

    #[test]
    fn branches_may_have_any_name() {
        let (found, told) =
            on_built_in(async |known| known.branches(&words("work fedora-stabel main f43"), "rawhide").await.unwrap());
        assert_eq!(found, words("work fedora-stabel main f43"));
        assert_eq!(
            told,
            ["`fedora-stabel` is taken for the name of a branch: it is no alias did you mean `fedora-stable`?"]
        );
        for (targets, message) in
            [("../x", "is no target"), ("f43 opensuse-all", "has no branch"), ("mageia-9-x86_64", "has no branch")]
        {
            let (found, _) = on_built_in(async |known| known.branches(&words(targets), "main").await);
            let error = found.unwrap_err();
            assert!(error.kind() == Kind::Usage && error.message().contains(message), "{error}");
        }
    }

    #[test]
    fn what_has_no_chroot_is_not_built_for() {
        for (targets, message) in [("fedora-43 work", "`work` is no target"), ("main", "`main` is a branch")] {
            let (found, _) = on_built_in(async |known| known.chroots(&words(targets)).await);
            let error = found.unwrap_err();
            assert!(error.kind() == Kind::Usage && error.message().contains(message), "{error}");
        }
    }

    #[test]
    fn each_list_is_looked_for_once() {
        let (_, told) = on_built_in(async |known| {
            for target in ["fedora-all", "epel-all", "opensuse-all", "fedora-stable", "opensuse-leap-all"] {
                assert!(known.meaning(target).await.unwrap().unwrap().from.is_some());
            }
        });
        assert_eq!(told.len(), 2, "{told:?}");
    }
}
