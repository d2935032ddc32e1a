use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::Answer;
use super::messages::{Reply, error};
use super::project_form::truth;
use super::request::Request;
use super::state::State;

/// Who asks for which rights.
pub fn request(state: &mut State, user: &str, asked: &Request, owner: &str, name: &str) -> Reply {
    let index = state.find(owner, name)?;
    if owner == user {
        return Err(error(400, format!("user '{user}' is owner of the '{owner}/{name}' project")));
    }
    let wanted = asked.form();
    if wanted.is_empty() {
        return Err(error(400, "no permission requested"));
    }
    let mut updated = false;
    for (kind, value) in &wanted {
        known(kind)?;
        let kinds = state.projects[index].permissions.entry(user.to_owned()).or_default();
        let old = kinds.get(kind).cloned().unwrap_or_else(|| "nothing".to_owned());
        let new = if truth(value) { "request" } else { "nothing" };
        // Who has a right keeps it when asking for it again.
        if old != new && !(old == "approved" && new == "request") {
            kinds.insert(kind.clone(), new.to_owned());
            updated = true;
        }
    }
    Ok(json!({ "updated": updated }))
}

pub fn get(state: &State, user: &str, owner: &str, name: &str) -> Reply {
    let project = &state.projects[editable(state, user, owner, name)?];
    if project.permissions.is_empty() {
        return Err(error(404, format!("No permissions set on {owner}/{name} project")));
    }
    let of = |kinds: &BTreeMap<String, String>| {
        let value = |kind: &str| kinds.get(kind).map_or("nothing", String::as_str);
        json!({ "admin": value("admin"), "builder": value("builder") })
    };
    let permissions: Map<String, Value> =
        project.permissions.iter().map(|(who, kinds)| (who.clone(), of(kinds))).collect();
    Ok(json!({ "permissions": permissions }))
}

pub fn set(state: &mut State, user: &str, asked: &Request, owner: &str, name: &str) -> Reply {
    let index = editable(state, user, owner, name)?;
    let changes = asked.form();
    if changes.is_empty() {
        return Err(error(400, "no permission change requested"));
    }
    let mut updated = Vec::new();
    for (who, kinds) in changes {
        if !state.users.iter().any(|user| user.name == who) {
            return Err(error(400, format!("user '{who}' doesn't exist in database")));
        }
        for (kind, value) in kinds.as_object().into_iter().flatten() {
            known(kind)?;
            let value = value.as_str().unwrap_or("nothing").to_owned();
            let kinds = state.projects[index].permissions.entry(who.clone()).or_default();
            if kinds.insert(kind.clone(), value.clone()) != Some(value) && !updated.contains(&who) {
                updated.push(who.clone());
            }
        }
    }
    Ok(json!({ "updated": updated }))
}

/// The place of a project whose rights the user may see and set.
fn editable(state: &State, user: &str, owner: &str, name: &str) -> Result<usize, Answer> {
    let index = state.find(owner, name)?;
    let text = || format!("User '{user}' can not see permissions for project '{owner}/{name}' (missing admin rights)");
    match state.rights(user, &state.projects[index]).0 {
        true => Ok(index),
        false => Err(error(403, text())),
    }
}

pub fn can_build_in(state: &State, who: &str, owner: &str, name: &str) -> Reply {
    let project = state.project(owner, name)?;
    if !state.users.iter().any(|user| user.name == who) {
        return Err(error(404, format!("No such user `{who}'")));
    }
    let can = state.rights(who, project).1;
    Ok(json!({ "who": who, "ownername": owner, "projectname": name, "can_build_in": can }))
}

fn known(kind: &str) -> Result<(), Answer> {
    match kind {
        "admin" | "builder" => Ok(()),
        _ => Err(error(400, format!("invalid permission '{kind}', allowed admin|builder"))),
    }
}
