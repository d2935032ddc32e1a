use serde_json::{Map, Value, json};

use super::super::Answer;
use super::messages::{Reply, error};
use super::paging::argument;
use super::project_form::{choice, list, wrong_repos};
use super::projects::editable;
use super::request::Request;
use super::state::{Project, State, new_chroot};

/// Names and comments of all chroots.
pub fn names(state: &State) -> Value {
    Value::Object(state.chroots.iter().map(|(name, comment)| (name.clone(), comment.clone().into())).collect())
}

pub fn get(state: &State, request: &Request) -> Reply {
    let (project, chroot) = asked(state, request)?;
    Ok(shown(project, &project.chroots[place(project, &chroot)?]))
}

fn asked<'s>(state: &'s State, request: &Request) -> Result<(&'s Project, String), Answer> {
    let (owner, name) = (argument(request, "ownername")?, argument(request, "projectname")?);
    let chroot = argument(request, "chrootname")?;
    Ok((state.project(&owner, &name)?, chroot))
}

fn place(project: &Project, chroot: &str) -> Result<usize, Answer> {
    if chroot.split('-').count() < 3 {
        return Err(error(404, "Chroot identification is not valid"));
    }
    let place = project.chroots.iter().position(|(name, _)| name == chroot);
    let text = || format!("Chroot name {chroot} does not exist in Copr {}/{}.", project.owner, project.name);
    place.ok_or_else(|| error(404, text()))
}

fn shown(project: &Project, (name, settings): &(String, Map<String, Value>)) -> Value {
    let mut shown = settings.clone();
    shown.remove("bootstrap");
    shown.insert("mock_chroot".to_owned(), name.clone().into());
    shown.insert("ownername".to_owned(), project.owner.clone().into());
    shown.insert("projectname".to_owned(), project.name.clone().into());
    Value::Object(shown)
}

/// All that the server takes for a chroot.
const KEYS: &[&str] = &[
    "additional_modules",
    "additional_packages",
    "additional_repos",
    "bootstrap",
    "bootstrap_image",
    "comps",
    "delete_comps",
    "isolation",
    "repos",
    "reset_fields",
    "with_opts",
    "without_opts",
];

pub fn edit(state: &mut State, user: &str, request: &Request, owner: &str, name: &str, chroot: &str) -> Reply {
    place(state.project(owner, name)?, chroot)?;
    let index = editable(state, user, owner, name)?;
    let place = place(&state.projects[index], chroot)?;
    let data = request.form();
    state.check_keys("a chroot", &data, KEYS);
    let (mut fields, mut errors) = (Map::new(), Vec::new());
    if let Some(repos) = data.get("additional_repos").or(data.get("repos")) {
        errors.extend(wrong_repos(&list(repos)));
        fields.insert("additional_repos".to_owned(), list(repos).into());
    }
    for name in ["additional_packages", "with_opts", "without_opts"] {
        if let Some(value) = data.get(name) {
            fields.insert(name.to_owned(), list(value).into());
        }
    }
    if let Some(modules) = data.get("additional_modules") {
        let modules = list(modules).join(",");
        let modules: Vec<&str> = modules.split(',').map(str::trim).filter(|module| !module.is_empty()).collect();
        fields.insert("additional_modules".to_owned(), modules.into());
    }
    errors.extend(choice(&data, "bootstrap", &["unchanged", "default", "on", "off", "image"], &mut fields));
    errors.extend(choice(&data, "isolation", &["unchanged", "default", "simple", "nspawn"], &mut fields));
    if !errors.is_empty() {
        return Err(error(400, errors.join("\n")));
    }
    let fresh = new_chroot();
    for field in data.get("reset_fields").map(list).unwrap_or_default() {
        let Some(value) = fresh.get(&field).filter(|_| field != "comps_name" && field != "delete_after_days") else {
            return Err(error(
                400,
                format!(
                    "Trying to reset an invalid attribute: {field}\nSee `copr-cli get-chroot {owner}/{name}/{chroot}' for \
                     all the possible attributes"
                ),
            ));
        };
        fields.insert(field, value.clone());
    }
    let project = &mut state.projects[index];
    project.chroots[place].1.extend(fields);
    Ok(shown(project, &project.chroots[place]))
}

/// What mock is told of a chroot.
pub fn build_config(state: &State, request: &Request) -> Reply {
    let (project, chroot) = asked(state, request)?;
    let settings = &project.chroots[place(project, &chroot)?].1;
    // The list is stored as text, and taken apart at its spaces.
    let modules: Vec<String> = list(&settings["additional_modules"]).join(", ").split(' ').map(str::to_owned).collect();
    let modules: Vec<String> = modules.into_iter().filter(|module| !module.is_empty()).collect();
    let mut config = mock(state, project, &chroot);
    config.insert("additional_modules".to_owned(), modules.into());
    config.insert("isolation".to_owned(), settings["isolation"].clone());
    config.insert("chroot".to_owned(), chroot.into());
    Ok(Value::Object(config))
}

/// What the build of a chroot and its settings have in common.
pub fn mock(state: &State, project: &Project, chroot: &str) -> Map<String, Value> {
    let settings = project.chroots.iter().find(|(name, _)| name == chroot).map(|(_, settings)| settings.clone());
    let settings = settings.unwrap_or_else(new_chroot);
    let mut repos = vec![format!("copr://{}/{}", project.owner, project.name)];
    repos.extend(list(&project.fields["additional_repos"]));
    repos.extend(list(&settings["additional_repos"]));
    let base = format!("{}/results/{}/{}/{chroot}/", state.results, project.owner, project.name);
    let config = json!({
        "additional_repos": repos,
        "additional_packages": settings["additional_packages"],
        "with_opts": settings["with_opts"],
        "without_opts": settings["without_opts"],
        "enable_net": project.fields["enable_net"],
        "repos": [{
            "baseurl": base, "module_hotfixes": null, "priority": project.fields["repo_priority"],
            "repo_gpgcheck": false, "id": "copr_base", "name": "Copr repository",
        }],
    });
    config.as_object().cloned().unwrap()
}
