use std::time::Instant;

use serde_json::{Map, Value, json};

use super::super::Answer;
use super::builds::Build;
use super::messages::{Reply, bad_parameters, error, letter_by_letter, wrong_choices};
use super::project_form::{list, text, truth};
use super::request::{Part, Request};
use super::state::{Project, State, now};

/// What a client wants of a build, after the server's form has looked at it.
struct Wanted {
    owner: String,
    project: String,
    dirname: String,
    chroots: Vec<String>,
    named: bool,
}

/// All that the server takes for a build.
const KEYS: &[&str] = &[
    "after_build_id",
    "background",
    "bootstrap",
    "chroots",
    "enable_net",
    "exclude_chroots",
    "isolation",
    "ownername",
    "packit_forge_project",
    "project_dirname",
    "projectname",
    "timeout",
    "with_build_id",
];

/// Looks at what comes with a build. `may_not` is the text for one who has no right to build.
fn wanted(
    state: &mut State,
    user: &str,
    data: &Map<String, Value>,
    may_not: &str,
    mut errors: Vec<(&'static str, String)>,
) -> Result<Wanted, Answer> {
    let (owner, name) = (text(data, "ownername"), text(data, "projectname"));
    let (Some(owner), Some(name)) = (owner, name) else {
        state.complain("a build without ownername or projectname: is its JSON a part with a file name?");
        let text = "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.";
        return Err(error(415, text));
    };
    state.check_keys("a build", data, KEYS);
    let project = &state.projects[state.find(&owner, &name)?];
    if !state.rights(user, project).1 {
        return Err(error(403, may_not.replace("USER", user).replace("PROJECT", &format!("{owner}/{name}"))));
    }
    let dirname = text(data, "project_dirname").unwrap_or_else(|| name.clone());
    if dirname != name && !dirname.starts_with(&format!("{name}:")) {
        return Err(error(400, format!("Copr dirname must start with '{name}:' prefix")));
    }
    for key in ["chroots", "exclude_chroots"] {
        if let Some(Value::String(text)) = data.get(key) {
            let answer = letter_by_letter(text);
            state.complain(format!("{key} as text: the server reads it letter by letter"));
            return Err(answer);
        }
    }
    let (chroots, named) = chroots(project, data, &mut errors);
    let timeout = data.get("timeout").map(|value| number(value).filter(|timeout| (0..=108_000).contains(timeout)));
    if timeout == Some(None) {
        errors.push(("timeout", "Number must be between 0 and 108000.".to_owned()));
    }
    for (key, choices) in [
        ("bootstrap", &["unchanged", "default", "on", "off", "image"][..]),
        ("isolation", &["unchanged", "default", "simple", "nspawn"]),
    ] {
        if text(data, key).is_some_and(|value| !choices.contains(&value.as_str())) {
            errors.push((key, "Not a valid choice.".to_owned()));
        }
    }
    for key in ["after_build_id", "with_build_id"] {
        if let Some(value) = data.get(key)
            && !number(value).is_some_and(|id| state.builds.contains_key(&id.cast_unsigned()))
        {
            errors.push((key, format!("Build {value} not found")));
        }
    }
    if errors.is_empty() {
        Ok(Wanted { owner, project: name, dirname, chroots, named })
    } else {
        Err(bad_parameters(&errors))
    }
}

fn chroots(
    project: &Project,
    data: &Map<String, Value>,
    errors: &mut Vec<(&'static str, String)>,
) -> (Vec<String>, bool) {
    let enabled = project.enabled();
    let named = data.get("chroots").map(list).unwrap_or_default();
    let excluded = data.get("exclude_chroots").map(list).unwrap_or_default();
    for (key, names) in [("chroots", &named), ("exclude_chroots", &excluded)] {
        let wrong: Vec<String> = names.iter().filter(|name| !enabled.contains(name)).cloned().collect();
        if !wrong.is_empty() {
            errors.push((key, wrong_choices(&wrong)));
        }
    }
    let is_named = !named.is_empty() || !excluded.is_empty();
    let chosen = if named.is_empty() { enabled } else { named };
    (chosen.into_iter().filter(|name| !excluded.contains(name)).collect(), is_named)
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// Whether a build like this could be sent.
pub fn check(state: &mut State, user: &str, request: &Request) -> Reply {
    wanted(state, user, &request.form(), "User 'USER' is not allowed to build in 'PROJECT'", Vec::new())?;
    Ok(json!({ "message": "It should be safe to submit a build like this" }))
}

pub fn upload(state: &mut State, user: &str, request: &Request) -> Reply {
    let data = request.form();
    let file = request.file().filter(|file| file.filename.as_ref().is_some_and(|name| !name.is_empty()));
    let filename = file.and_then(|file| file.filename.as_deref()).map(clean).unwrap_or_default();
    let mut errors = Vec::new();
    if file.is_none() {
        errors.push(("pkgs", "This field is required.".to_owned()));
    } else if ![".src.rpm", ".nosrc.rpm", ".spec"].iter().any(|end| filename.ends_with(end)) {
        errors.push(("pkgs", "You can upload only .src.rpm, .nosrc.rpm, and .spec files".to_owned()));
    }
    let wanted = wanted(state, user, &data, "User USER is not allowed to build in the copr: PROJECT", errors)?;
    let file = file.cloned().unwrap_or_default();
    Ok(submit(state, user, wanted, &data, file, filename))
}

fn submit(
    state: &mut State,
    user: &str,
    wanted: Wanted,
    data: &Map<String, Value>,
    file: Part,
    filename: String,
) -> Value {
    let id = state.next_build;
    state.next_build += 1;
    let project = state.projects.iter().find(|project| project.owner == wanted.owner && project.name == wanted.project);
    let bootstrap = project.map(|project| project.fields["bootstrap"].clone()).unwrap_or_default();
    let build = Build {
        id,
        owner: wanted.owner,
        project: wanted.project,
        dirname: wanted.dirname,
        submitter: user.to_owned(),
        submitted: now(),
        since: Instant::now(),
        folder: format!("tmp{:08x}", 0x5a17_0000 + id),
        file,
        filename,
        wanted: wanted.chroots,
        named: wanted.named,
        background: data.get("background").is_some_and(truth),
        timeout: data.get("timeout").and_then(number).filter(|timeout| *timeout > 0).unwrap_or(18000).cast_unsigned(),
        bootstrap: data.get("bootstrap").cloned().unwrap_or(bootstrap),
        script: state.scripts.pop_front().unwrap_or_else(|| state.default_script.clone()),
        reads: Default::default(),
        by_hand: 0,
        canceled: None,
        log_reads: Default::default(),
        more_log: Default::default(),
    };
    let shown = build.shown(&state.address, &state.results);
    state.builds.insert(id, build);
    shown
}

/// A file's name without what could lead out of its folder.
fn clean(name: &str) -> String {
    let words: Vec<String> = name.replace('/', " ").split_whitespace().map(str::to_owned).collect();
    let mut name = words.join("_");
    name.retain(|letter| letter.is_ascii_alphanumeric() || "_.-".contains(letter));
    name.trim_matches(|letter| letter == '.' || letter == '_').to_owned()
}
