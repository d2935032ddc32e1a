use super::super::Answer;
use super::messages::{Reply, error, html};
use super::paging::{Paging, argument};
use super::project_form::{self, text};
use super::request::Request;
use super::state::{Project, State, new_project};

pub fn get(state: &State, request: &Request) -> Reply {
    let (owner, name) = (argument(request, "ownername")?, argument(request, "projectname")?);
    Ok(state.project(&owner, &name)?.shown(&state.results))
}

pub fn list(state: &State, request: &Request) -> Reply {
    let owner = argument(request, "ownername")?;
    let paging = Paging::read(request)?;
    let mut projects: Vec<&Project> = state.projects.iter().filter(|project| project.owner == owner).collect();
    match paging.order.as_str() {
        "id" => projects.sort_by_key(|project| project.id),
        "name" => projects.sort_by_key(|project| project.name.clone()),
        other => return Err(error(500, format!("Cannot order by {other}, copr doesn't have such property"))),
    }
    if paging.descending {
        projects.reverse();
    }
    Ok(paging.page(projects.into_iter().map(|project| project.shown(&state.results))))
}

pub fn add(state: &mut State, user: &str, request: &Request, owner: &str) -> Reply {
    let data = request.form();
    let name = text(&data, "name").unwrap_or_default();
    let index = state.projects.iter().position(|project| project.owner == owner && project.name == name);
    // Nothing but this very text counts, and then nothing else is looked at.
    if let Some(index) = index.filter(|_| request.argument("exist_ok").as_deref() == Some("True")) {
        return Ok(state.projects[index].shown(&state.results));
    }
    allowed_to_create(state, user, owner)?;
    let mut errors: Vec<String> = project_form::wrong_name(&name).map(str::to_owned).into_iter().collect();
    if index.is_some() {
        errors.push(match owner.strip_prefix('@') {
            Some(group) => format!("name: Group {group} (fas: {group}-fas) already has a project named '{name}'."),
            None => format!("name: You already have a project named '{name}'."),
        });
    }
    let form = project_form::read(state, &data, errors, true)?;
    if let Some(answer) = project_form::forbidden(&data).filter(|_| !state.is_admin(user)) {
        return Err(answer);
    }
    if name.len() > 100 {
        return Err(html(500));
    }
    let index = create(state, owner, &name);
    form.apply(&mut state.projects[index]);
    Ok(state.projects[index].shown(&state.results))
}

/// A project with nothing set, and without chroots; its place.
pub fn create(state: &mut State, owner: &str, name: &str) -> usize {
    state.projects.push(Project {
        id: state.next_project,
        owner: owner.to_owned(),
        name: name.to_owned(),
        fields: new_project(),
        hidden: Default::default(),
        chroots: Vec::new(),
        delete_after_days: None,
        permissions: Default::default(),
    });
    state.next_project += 1;
    state.projects.len() - 1
}

fn allowed_to_create(state: &State, user: &str, owner: &str) -> Result<(), Answer> {
    if let Some(group) = owner.strip_prefix('@') {
        if !state.groups.iter().any(|known| known.name == group) {
            return Err(error(404, format!("Group {group} does not exist.")));
        }
        if !state.owns(user, owner) {
            let text =
                format!("User '{user}' doesn't have access to the copr group '{group}' (fas_name='{group}-fas')");
            return Err(error(403, text));
        }
    } else if !state.users.iter().any(|known| known.name == owner) {
        return Err(error(404, format!("No such user `{owner}'")));
    } else if !state.owns(user, owner) {
        let text =
            format!("You were authorized as '{user}' user without permissions to access projects of user '{owner}'");
        return Err(error(403, text));
    }
    Ok(())
}

/// The place of a project that the user may edit.
pub fn editable(state: &State, user: &str, owner: &str, name: &str) -> Result<usize, Answer> {
    let index = state.find(owner, name)?;
    match state.rights(user, &state.projects[index]).0 {
        true => Ok(index),
        false => Err(error(403, "Only owners and admins may update their projects.")),
    }
}

pub fn edit(state: &mut State, user: &str, request: &Request, owner: &str, name: &str) -> Reply {
    let index = editable(state, user, owner, name)?;
    let data = request.form();
    let form = project_form::read(state, &data, Vec::new(), false)?;
    if let Some(answer) = project_form::forbidden(&data).filter(|_| !state.is_admin(user)) {
        return Err(answer);
    }
    if let Some(chroots) = &form.chroots {
        let dropped = state.projects[index].enabled().into_iter().filter(|name| !chroots.contains(name));
        let dropped: Vec<String> = dropped.collect();
        let builds = state.builds.values().filter(|build| build.is_of(owner, name) && !build.is_finished());
        let builds = builds.filter(|build| build.chroots().iter().any(|chroot| dropped.contains(&chroot.name)));
        let builds: Vec<String> = builds.map(|build| build.id.to_string()).collect();
        if let Some((last, others)) = builds.split_last() {
            let which = match others {
                [] => format!("build {last} is"),
                others => format!("builds {} and {last} are", others.join(", ")),
            };
            let text = format!("Can't drop chroot from project, related {which} still in progress");
            return Err(error(409, text));
        }
    }
    form.apply(&mut state.projects[index]);
    Ok(state.projects[index].shown(&state.results))
}

pub fn delete(state: &mut State, user: &str, request: &Request, owner: &str, name: &str) -> Reply {
    let index = state.find(owner, name)?;
    let builds = state.builds.values().filter(|build| build.is_of(owner, name));
    let running: Vec<String> = builds.filter(|build| !build.is_finished()).map(|build| build.id.to_string()).collect();
    if !running.is_empty() {
        return Err(error(400, format!("Build(s) {} are still running.\n", running.join(", "))));
    }
    if !state.owns(user, owner) {
        return Err(error(403, "Only owners may delete their projects."));
    }
    if !request.form().get("verify").is_some_and(project_form::truth) {
        return Err(error(400, "verify: This field is required."));
    }
    let shown = state.projects.remove(index).shown(&state.results);
    state.builds.retain(|_, build| !build.is_of(owner, name));
    Ok(shown)
}

/// The page of a project, and its other web addresses.
pub fn page(state: &State, rest: &[&str]) -> Answer {
    let (owner, name, below) = match rest {
        ["g", group, name, below @ ..] => (format!("@{group}"), *name, below),
        [owner, name, below @ ..] => ((*owner).to_owned(), *name, below),
        _ => return html(404),
    };
    match (state.project(&owner, name), below) {
        (Err(_), _) => html(404),
        (Ok(_), ["repo", ..]) => Answer::ok(format!("[copr:{owner}:{name}]\n")).header("Content-Type", "text/plain"),
        (Ok(_), _) => {
            Answer::ok(format!("<html><title>{owner}/{name}</title></html>\n")).header("Content-Type", "text/html")
        }
    }
}
