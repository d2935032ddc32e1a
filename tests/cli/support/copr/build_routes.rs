use serde_json::{Map, Value, json};

use super::super::Answer;
use super::builds::Build;
use super::chroots::mock;
use super::messages::{BUG, Reply, error, no_endpoint};
use super::paging::{Paging, argument};
use super::project_form::list as list_of;
use super::request::Request;
use super::state::State;

/// The build of a number.
fn find<'s>(state: &'s mut State, id: &str) -> Result<&'s mut Build, Answer> {
    let number: u64 = id.parse().map_err(|_| no_endpoint())?;
    let build = state.builds.get_mut(&number);
    build.ok_or_else(|| error(404, format!("Build {number} does not exist.")))
}

/// The build of a number, after a route of those that clients watch has looked at it.
fn look<'s>(state: &'s mut State, id: &str, route: &str) -> Result<&'s mut Build, Answer> {
    let build = find(state, id)?;
    build.read(route);
    Ok(build)
}

pub fn get(state: &mut State, id: &str) -> Reply {
    let (address, results) = (state.address.clone(), state.results.clone());
    Ok(look(state, id, "build")?.shown(&address, &results))
}

pub fn source_chroot(state: &mut State, id: &str) -> Reply {
    let results = state.results.clone();
    let build = look(state, id, "source")?;
    match build.source_has_started() {
        true => Ok(json!({ "state": build.source_state(), "result_url": build.source_url(&results) })),
        false => Err(error(500, BUG)),
    }
}

pub fn source_build_config(state: &mut State, id: &str) -> Reply {
    let address = state.address.clone();
    let build = find(state, id)?;
    let url = format!("{address}/tmp/{}/{}", build.folder, build.filename);
    Ok(json!({
        "source_type": "upload", "source_dict": { "url": url, "pkg": build.filename, "tmp": build.folder },
        "memory_limit": 2048, "timeout": build.timeout, "is_background": build.background,
    }))
}

pub fn built_packages(state: &mut State, id: &str) -> Reply {
    let build = find(state, id)?;
    let chroots = build.chroots();
    let of = |name: &str, done: bool| json!({ "packages": if done { packages(build, name) } else { Vec::new() } });
    let all = chroots.iter().map(|chroot| (chroot.name.clone(), of(&chroot.name, chroot.state == "succeeded")));
    Ok(Value::Object(all.collect()))
}

/// Name, epoch, version, release and architecture of the RPMs of a chroot.
pub fn packages(build: &Build, chroot: &str) -> Vec<Value> {
    let files = build.script.rpms.get(chroot).into_iter().flatten();
    let one = |file: &str| {
        let bare = file.strip_suffix(".rpm").unwrap_or(file);
        let (nvr, arch) = bare.rsplit_once('.').unwrap_or((bare, "noarch"));
        let mut parts = nvr.rsplitn(3, '-');
        let (release, version) = (parts.next().unwrap_or("1"), parts.next().unwrap_or("1"));
        json!({ "name": parts.next().unwrap_or(nvr), "epoch": 0, "version": version, "release": release, "arch": arch })
    };
    files.map(|(file, _)| one(file)).collect()
}

pub fn chroots(state: &mut State, request: &Request, id: &str) -> Reply {
    let paging = Paging::read(request)?;
    let results = state.results.clone();
    let build = look(state, id, "chroots")?;
    let items: Vec<Value> = build.chroots().iter().map(|chroot| build.shown_chroot(chroot, &results)).collect();
    Ok(paging.page(items.into_iter()))
}

pub fn chroot(state: &mut State, request: &Request) -> Reply {
    let (id, name) = (argument(request, "build_id")?, argument(request, "chrootname")?);
    let results = state.results.clone();
    let build = look(state, &id, &format!("chroot {name}"))?;
    let found = build.chroots().into_iter().find(|chroot| chroot.name == name);
    let text = || format!("Build {id} was not submitted to {name} chroot.");
    found.map(|chroot| build.shown_chroot(&chroot, &results)).ok_or_else(|| error(404, text()))
}

pub fn chroot_config(state: &mut State, request: &Request) -> Reply {
    chroot(state, request)?;
    let (id, name) = (argument(request, "build_id")?, argument(request, "chrootname")?);
    let build = find(state, &id)?;
    let (owner, project) = (build.owner.clone(), build.project.clone());
    let (background, timeout, bootstrap) = (build.background, build.timeout, build.bootstrap.clone());
    let mut config = mock(state, state.project(&owner, &project)?, &name);
    config.insert("is_background".to_owned(), background.into());
    config.insert("memory_limit".to_owned(), 2048.into());
    config.insert("timeout".to_owned(), timeout.into());
    config.insert("bootstrap".to_owned(), bootstrap);
    Ok(Value::Object(config))
}

/// Always the newest first, whatever was asked for.
pub fn list(state: &State, request: &Request) -> Reply {
    let (owner, name) = (argument(request, "ownername")?, argument(request, "projectname")?);
    let paging = Paging::read(request)?;
    state.project(&owner, &name)?;
    let (status, package) = (request.argument("status"), request.argument("packagename"));
    let builds = state.builds.values().rev().filter(|build| build.is_of(&owner, &name));
    let builds = builds.filter(|build| status.as_ref().is_none_or(|status| status == build.state()));
    let builds = builds
        .filter(|build| package.as_ref().is_none_or(|package| build.is_imported() && *package == build.package().0));
    Ok(paging.page(builds.map(|build| build.shown(&state.address, &state.results))))
}

/// The last build of each package in each chroot.
pub fn monitor(state: &mut State, request: &Request) -> Reply {
    const NUMBERS: &[(&str, u64)] = &[
        ("failed", 0),
        ("succeeded", 1),
        ("canceled", 2),
        ("running", 3),
        ("pending", 4),
        ("skipped", 5),
        ("starting", 6),
        ("importing", 7),
        ("forked", 8),
        ("waiting", 9),
    ];
    let (owner, name) = (argument(request, "ownername")?, argument(request, "projectname")?);
    state.project(&owner, &name)?;
    let with_urls = request.path.contains("url_build_log");
    let (address, results) = (&state.address, &state.results);
    let mut packages: Map<String, Value> = Map::new();
    for build in state.builds.values_mut().filter(|build| build.is_of(&owner, &name)) {
        build.read("monitor");
        if !build.is_imported() {
            continue;
        }
        let (package, version) = build.package();
        let entry = packages.entry(package.clone()).or_insert_with(|| json!({ "name": package, "chroots": {} }));
        for chroot in build.chroots() {
            let number = NUMBERS.iter().find(|(state, _)| *state == chroot.state).map_or(1000, |(_, number)| *number);
            let mut shown =
                json!({ "build_id": build.id, "state": chroot.state, "status": number, "pkg_version": version });
            if with_urls {
                let base = build.shown_chroot(&chroot, results)["result_url"].clone();
                let end = if chroot.state == "running" { "" } else { ".gz" };
                let url = |log: &str| base.as_str().map(|base| format!("{base}{log}.log{end}"));
                shown["url_build_log"] = url("builder-live").into();
                shown["url_backend_log"] = url("backend").into();
                shown["url_build"] = format!("{address}/coprs/build/{}/", build.id).into();
            }
            entry["chroots"][chroot.name] = shown;
        }
    }
    let packages: Vec<Value> = packages.into_iter().map(|(_, package)| package).collect();
    Ok(json!({ "output": "ok", "message": "Project monitor request successful", "packages": packages }))
}

pub fn cancel(state: &mut State, user: &str, id: &str) -> Reply {
    let (address, results) = (state.address.clone(), state.results.clone());
    let number = find(state, id)?.id;
    if !may_build(state, user, number) {
        return Err(error(403, "You are not allowed to cancel this build."));
    }
    let build = find(state, id)?;
    if build.is_finished() {
        return Err(error(409, format!("Cannot cancel build {number}")));
    }
    build.cancel();
    Ok(build.shown(&address, &results))
}

fn may_build(state: &State, user: &str, id: u64) -> bool {
    let build = &state.builds[&id];
    state.project(&build.owner, &build.project).is_ok_and(|project| state.rights(user, project).1)
}

pub fn delete(state: &mut State, user: &str, id: &str) -> Reply {
    let build = find(state, id)?;
    let (number, finished) = (build.id, build.is_finished());
    if !may_build(state, user, number) {
        return Err(error(403, format!("User '{user}' doesn't have permissions to delete build {number}")));
    }
    if !finished {
        return Err(error(500, format!("User '{user}' can not delete build {number}")));
    }
    let shown = state.builds[&number].shown(&state.address, &state.results);
    state.builds.remove(&number);
    Ok(shown)
}

pub fn delete_list(state: &mut State, user: &str, request: &Request) -> Reply {
    let form = request.form();
    let ids: Vec<u64> =
        form.get("builds").map(list_of).unwrap_or_default().iter().filter_map(|id| id.parse().ok()).collect();
    let said = |ids: Vec<&u64>| ids.iter().map(|id| id.to_string()).collect::<Vec<_>>().join(", ");
    let (known, unknown): (Vec<&u64>, Vec<&u64>) = ids.iter().partition(|id| state.builds.contains_key(id));
    let foreign: Vec<&u64> = known.iter().copied().filter(|id| !may_build(state, user, **id)).collect();
    let running: Vec<&u64> = known.iter().copied().filter(|id| !state.builds[*id].is_finished()).collect();
    let mut errors = String::new();
    if !unknown.is_empty() {
        errors += &format!("Build(s) {} don't exist.\n", said(unknown));
    }
    if !foreign.is_empty() {
        errors += &format!("You don't have permissions to delete build(s) {}.\n", said(foreign));
    } else if !running.is_empty() {
        errors += &format!("Build(s) {} are still running.\n", said(running));
    }
    if !errors.is_empty() {
        return Err(error(400, errors));
    }
    for id in &ids {
        state.builds.remove(id);
    }
    Ok(json!({ "builds": ids }))
}
