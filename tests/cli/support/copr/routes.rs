use serde_json::json;

use super::super::Answer;
use super::access::{identify, negotiate};
use super::messages::{Reply, html, json_answer, no_endpoint, wrong_method};
use super::paging::argument;
use super::request::Request;
use super::state::State;
use super::{build_routes, chroots, permissions, projects, uploads};

const READ: &[&str] = &["GET", "HEAD"];
const CREATE: &[&str] = &["POST"];
const EDIT: &[&str] = &["PUT", "POST"];
const DELETE: &[&str] = &["DELETE"];

/// Answers a request to the frontend; with the user whose credentials were good.
pub fn answer(state: &mut State, request: &Request) -> (Answer, Option<String>) {
    if state.users.iter().any(|user| request.path.contains(&user.token)) {
        state.complain(format!("a token in the address: {} {}", request.method, request.path));
    }
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let Some((&"api_3", route)) = segments.split_first() else { return (page(state, request, &segments), None) };
    let Some(methods) = methods(route) else {
        if request.is_write() {
            state.complain(format!("{} {}: there is no such route", request.method, request.path));
        }
        return (no_endpoint(), None);
    };
    if !methods.contains(&request.method.as_str()) {
        if request.is_write() {
            state.complain(format!("{} {}: only {methods:?} are allowed", request.method, request.path));
        }
        return (wrong_method(), None);
    }
    if let ["gssapi_login"] = route {
        return (negotiate(state, request), None);
    }
    let needs_user = request.is_write() || matches!(route, ["auth-check"] | ["project", "permissions", "get", ..]);
    let user = match needs_user.then(|| identify(state, request)) {
        None => None,
        Some(Ok(user)) => Some(user),
        Some(Err(answer)) => return (answer, None),
    };
    let reply = match &user {
        Some(user) => known(state, user, request, route),
        None => anybody(state, request, route),
    };
    let has_form =
        matches!(route, ["project", "add" | "edit", ..] | ["project-chroot", "edit", ..] | ["build", "create", ..]);
    let deprecated = methods == EDIT && request.method == "POST";
    let answer = reply.map_or_else(
        |answer| answer,
        |body| match json_answer(200, &body) {
            answer if deprecated => {
                answer.header("Warning", "This method is deprecated: Use PUT method instead of POST")
            }
            answer => answer,
        },
    );
    // Nobody needs this one.
    let cookie = "session=eyJub2JvZHkiOnRydWV9; Max-Age=2678400; HttpOnly; Path=/";
    (if has_form { answer.header("Set-Cookie", cookie) } else { answer }, user)
}

/// With which methods a route can be asked; none for what is no route.
fn methods(route: &[&str]) -> Option<&'static [&'static str]> {
    Some(match route {
        [] | ["mock-chroots", "list"] | ["auth-check"] | ["gssapi_login"] | ["monitor"] => READ,
        ["project"] | ["project", "list"] | ["project-chroot"] | ["project-chroot", "build-config"] => READ,
        ["project", "add", _] => CREATE,
        ["project", "edit", _, _] | ["project-chroot", "edit", _, _, _] => EDIT,
        ["project", "delete", _, _] => DELETE,
        ["project", "permissions", "request" | "set", _, _] => EDIT,
        ["project", "permissions", "get", _, _] | ["project", "permissions", "can_build_in", _, _, _] => READ,
        ["build", "create", "upload"] | ["build", "check-before-build"] => CREATE,
        ["build", "list"] | ["build-chroot"] | ["build-chroot", "list" | "build-config"] => READ,
        ["build-chroot", "list", _] => READ,
        ["build", "source-chroot" | "source-build-config" | "built-packages", _] => READ,
        ["build", "cancel", _] => EDIT,
        ["build", "delete", _] => DELETE,
        ["build", id] if id.parse::<u64>().is_ok() => READ,
        _ => return None,
    })
}

/// Routes for which nobody is asked who he is.
fn anybody(state: &mut State, request: &Request, route: &[&str]) -> Reply {
    match route {
        [] => Ok(json!({ "version": 3 })),
        ["mock-chroots", ..] => Ok(chroots::names(state)),
        ["monitor"] => build_routes::monitor(state, request),
        ["project"] => projects::get(state, request),
        ["project", "list"] => projects::list(state, request),
        ["project", "permissions", _, who, owner, name] => permissions::can_build_in(state, who, owner, name),
        ["project-chroot"] => chroots::get(state, request),
        ["project-chroot", ..] => chroots::build_config(state, request),
        ["build", "list"] => build_routes::list(state, request),
        ["build", "source-chroot", id] => build_routes::source_chroot(state, id),
        ["build", "source-build-config", id] => build_routes::source_build_config(state, id),
        ["build", "built-packages", id] => build_routes::built_packages(state, id),
        ["build", id] => build_routes::get(state, id),
        ["build-chroot"] => build_routes::chroot(state, request),
        ["build-chroot", "build-config"] => build_routes::chroot_config(state, request),
        ["build-chroot", "list", id] => build_routes::chroots(state, request, id),
        ["build-chroot", "list"] => build_routes::chroots(state, request, &argument(request, "build_id")?),
        _ => Err(no_endpoint()),
    }
}

/// Routes that ask for credentials.
fn known(state: &mut State, user: &str, request: &Request, route: &[&str]) -> Reply {
    match route {
        ["auth-check"] => Ok(json!({ "name": user, "id": state.user(user).id })),
        ["project", "add", owner] => projects::add(state, user, request, owner),
        ["project", "edit", owner, name] => projects::edit(state, user, request, owner, name),
        ["project", "delete", owner, name] => projects::delete(state, user, request, owner, name),
        ["project", "permissions", "request", owner, name] => permissions::request(state, user, request, owner, name),
        ["project", "permissions", "get", owner, name] => permissions::get(state, user, owner, name),
        ["project", "permissions", "set", owner, name] => permissions::set(state, user, request, owner, name),
        ["project-chroot", "edit", owner, name, chroot] => chroots::edit(state, user, request, owner, name, chroot),
        ["build", "create", "upload"] => uploads::upload(state, user, request),
        ["build", "check-before-build"] => uploads::check(state, user, request),
        ["build", "cancel", id] => build_routes::cancel(state, user, id),
        ["build", "delete", "list"] => build_routes::delete_list(state, user, request),
        ["build", "delete", id] => build_routes::delete(state, user, id),
        _ => Err(no_endpoint()),
    }
}

/// What people open in a browser.
fn page(state: &mut State, request: &Request, segments: &[&str]) -> Answer {
    if request.is_write() {
        state.complain(format!("{} {}: there is no such route", request.method, request.path));
        return html(404);
    }
    match segments {
        ["coprs", "build", id] => match id.parse().ok().and_then(|id: u64| state.builds.get(&id)) {
            Some(build) => {
                let owner = build.owner.strip_prefix('@').map_or(build.owner.clone(), |group| format!("g/{group}"));
                Answer::redirect(format!("{}/coprs/{owner}/{}/build/{id}/", state.address, build.project))
            }
            None => html(404),
        },
        ["coprs", rest @ ..] => projects::page(state, rest),
        ["tmp", folder, file] => {
            let build = state.builds.values().find(|build| build.folder == *folder && build.filename == *file);
            build.map_or_else(|| html(404), |build| Answer::ok(&build.file.content))
        }
        ["api"] => Answer::ok("<html><title>API token</title></html>\n").header("Content-Type", "text/html"),
        _ => html(404),
    }
}
