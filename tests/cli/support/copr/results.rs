use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::super::Answer;
use super::build_routes::packages;
use super::builds::Build;
use super::messages::html;
use super::request::Request;
use super::state::State;

/// What the server of results has below `result_url`.
pub fn answer(state: &mut State, request: &Request) -> Answer {
    if request.is_write() {
        state.complain(format!("{} {} on the server of results", request.method, request.path));
        return html(405);
    }
    if request.header("authorization").is_some() || request.header("cookie").is_some() {
        state.complain(format!("credentials were sent to the server of results: {}", request.path));
    }
    let segments = request.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["results", owner, dirname, place, folder, file @ ..] = &segments[..] else { return html(404) };
    let number = folder.split('-').next().and_then(|number| number.parse::<u64>().ok());
    let encoded = state.encoded_logs;
    let Some(build) = number.and_then(|number| state.builds.get_mut(&number)) else { return html(404) };
    if build.owner != *owner || build.dirname != *dirname {
        return html(404);
    }
    let files = match *place {
        "srpm-builds" => srpm_files(build),
        chroot if build.chroot_url(chroot, "").ends_with(folder) => chroot_files(build, chroot),
        _ => Vec::new(),
    };
    match file {
        [] if files.is_empty() => html(404),
        [] => listing(&files),
        [name] => match files.into_iter().find(|(known, _)| known == name) {
            Some((name, content)) => {
                if name == "builder-live.log" {
                    *build.log_reads.entry(log_name(place)).or_default() += 1;
                }
                file_answer(request, &name, &content, encoded)
            }
            None => html(404),
        },
        _ => html(404),
    }
}

/// The name under which a script knows a log.
fn log_name(place: &str) -> String {
    if place == "srpm-builds" { "srpm".to_owned() } else { place.to_owned() }
}

type File = (String, Vec<u8>);

fn srpm_files(build: &Build) -> Vec<File> {
    if !build.source_has_started() {
        return Vec::new();
    }
    let state = build.source_state();
    let mut files = logs(build, "srpm", state);
    if build.is_imported() {
        files.push((build.filename.clone(), build.file.content.clone()));
    }
    files
}

fn chroot_files(build: &Build, name: &str) -> Vec<File> {
    let Some(chroot) = build.chroots().into_iter().find(|chroot| chroot.name == name && chroot.has_started()) else {
        return Vec::new();
    };
    let mut files = logs(build, name, &chroot.state);
    if ["failed", "succeeded"].contains(&chroot.state.as_str()) {
        for log in ["build", "root", "state"] {
            files.push((format!("{log}.log.gz"), zipped(format!("{log} of {name}\n").as_bytes())));
        }
    }
    if chroot.state == "succeeded" {
        files.push(("success".to_owned(), b"done\n".to_vec()));
        let results = json!({ "packages": packages(build, name) });
        files.push(("results.json".to_owned(), results.to_string().into_bytes()));
        files.extend(build.script.rpms.get(name).into_iter().flatten().cloned());
    }
    files
}

/// Growing while it runs, compressed after.
fn logs(build: &Build, name: &str, state: &str) -> Vec<File> {
    let backend = format!("backend of {name}\n").into_bytes();
    let ours = [format!("Start: build of {name}\n"), format!("Finish: build of {name}\n")];
    let lines = build.script.logs.get(name).map_or(&ours[..], Vec::as_slice);
    let more = build.more_log.get(name).map_or("", String::as_str);
    match state {
        "starting" => vec![("backend.log".to_owned(), backend)],
        "running" | "pending" | "waiting" => {
            let read = build.log_reads.get(name).copied().unwrap_or(0);
            let log = lines[..lines.len().min(read + 1)].concat() + more;
            vec![("backend.log".to_owned(), backend), ("builder-live.log".to_owned(), log.into_bytes())]
        }
        _ => {
            let log = lines.concat() + more;
            vec![
                ("backend.log.gz".to_owned(), zipped(&backend)),
                ("builder-live.log.gz".to_owned(), zipped(log.as_bytes())),
            ]
        }
    }
}

fn zipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn listing(files: &[File]) -> Answer {
    let rows: Vec<String> = files.iter().map(|(name, _)| format!("<li><a href=\"{name}\">{name}</a></li>\n")).collect();
    let page = format!("<html><head><title>Index</title></head><body><ul>\n{}</ul></body></html>\n", rows.concat());
    Answer::ok(page).header("Content-Type", "text/html;charset=utf-8")
}

/// A file, or the part of it that the header Range asks for.
fn file_answer(request: &Request, name: &str, content: &[u8], encoded: bool) -> Answer {
    let range = request.header("range").and_then(|range| range.strip_prefix("bytes="));
    let range = range.and_then(|range| range.split_once('-'));
    let answer = match range.and_then(|(from, to)| Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()))) {
        Some((from, _)) if from >= content.len() => {
            return html(416).header("Content-Range", format!("bytes */{}", content.len()));
        }
        Some((from, to)) => {
            let to = to.unwrap_or(usize::MAX).min(content.len() - 1);
            let range = format!("bytes {from}-{to}/{}", content.len());
            Answer::new(206, &content[from..=to]).header("Content-Range", range)
        }
        None => Answer::ok(content),
    };
    let answer = answer.header("Accept-Ranges", "bytes");
    match name {
        _ if name.ends_with(".log.gz") && encoded => {
            answer.header("Content-Type", "text/plain").header("Content-Encoding", "gzip")
        }
        _ if name.ends_with(".gz") => answer.header("Content-Type", "application/gzip"),
        _ if name.ends_with(".log") => answer.header("Content-Type", "text/plain"),
        _ if name.ends_with(".json") => answer.header("Content-Type", "application/json"),
        _ => answer.header("Content-Type", "application/x-rpm"),
    }
}
