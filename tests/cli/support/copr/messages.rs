use serde_json::{Value, json};

use super::super::Answer;

/// What a route gives: the JSON of a 200, or another answer.
pub type Reply = Result<Value, Answer>;

/// What the real server says when its code fails.
pub const BUG: &str = "Request wasn't successful, there is probably a bug in the Copr code.";

pub fn json_answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, format!("{body}\n")).header("Content-Type", "application/json")
}

/// `{"error": TEXT}`.
pub fn error(status: u16, text: impl Into<String>) -> Answer {
    json_answer(status, &json!({ "error": text.into() }))
}

/// Wrong, expired, unknown and missing credentials are all told so.
pub fn not_logged_in(address: &str) -> Answer {
    let text = format!("Login invalid/expired. Please visit {address}/api to get or renew your API token.");
    json_answer(401, &json!({ "output": "notok", "error": text }))
}

pub fn no_endpoint() -> Answer {
    error(404, "Such API endpoint doesn't exist")
}

pub fn wrong_method() -> Answer {
    error(405, "The method is not allowed for the requested URL.")
}

pub fn no_project(owner: &str, name: &str) -> Answer {
    error(404, format!("Project {owner}/{name} does not exist."))
}

/// The page of the web server before the application.
pub fn html(status: u16) -> Answer {
    let (title, text) = match status {
        411 => ("Length Required", "A request of the requested method PUT requires a valid Content-length.".to_owned()),
        413 => ("Request Entity Too Large", "The amount of data provided exceeds the capacity limit.".to_owned()),
        500 => (
            "Internal Server Error",
            "The server encountered an internal error or\nmisconfiguration and was unable to complete\nyour \
             request.</p>\n<p>Please contact the server administrator at \n [no address given] to inform them of the \
             time this error occurred,\n and the actions you performed just before this error.</p>\n<p>More \
             information about this error may be available\nin the server error log."
                .to_owned(),
        ),
        502 => ("Proxy Error", "The proxy server received an invalid response from an upstream server.".to_owned()),
        503 => ("Service Unavailable", "The server is temporarily unable to service your request.".to_owned()),
        504 => ("Gateway Timeout", "The gateway did not receive a timely response.".to_owned()),
        404 => ("Not Found", "The requested URL was not found on this server.".to_owned()),
        _ => ("Error", format!("This is {status}.")),
    };
    let page = format!(
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">\n\
         <html><head>\n<title>{status} {title}</title>\n</head><body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body></html>\n"
    );
    Answer::new(status, page).header("Content-Type", "text/html; charset=iso-8859-1")
}

/// `Bad request parameters: {'pkgs': ['This field is required.']}`: a Python dictionary in text.
pub fn bad_parameters(errors: &[(&str, String)]) -> Answer {
    let all: Vec<String> = errors.iter().map(|(name, text)| format!("'{name}': [{}]", python_text(text))).collect();
    error(400, format!("Bad request parameters: {{{}}}", all.join(", ")))
}

fn python_text(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

/// What a form says of names that are none of its choices.
pub fn wrong_choices(names: &[String]) -> String {
    let all: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let what = if names.len() == 1 { "is not a valid choice" } else { "are not valid choices" };
    format!("{} {what} for this field.", all.join(", "))
}

/// A list that came as text is read letter by letter.
pub fn letter_by_letter(text: &str) -> Answer {
    let mut letters: Vec<String> = Vec::new();
    for letter in text.chars().map(String::from) {
        if !letters.contains(&letter) {
            letters.push(letter);
        }
    }
    error(400, format!("Unexpected chroot: {}", letters.join(", ")))
}
