use super::super::Answer;
use super::messages::{BUG, error, json_answer, not_logged_in};
use super::request::Request;
use super::state::State;

/// Who has sent a request.
///
/// # Errors
///
/// 401 for nobody and for what is wrong or has run out, 500 for a header that the server cannot read.
pub fn identify(state: &mut State, request: &Request) -> Result<String, Answer> {
    if let Some(user) = session(request).and_then(|session| state.sessions.get(session)) {
        return Ok(user.clone());
    }
    let Some(authorization) = request.header("authorization") else { return Err(not_logged_in(&state.address)) };
    let words = match authorization.strip_prefix("Basic ") {
        Some(encoded) => decoded(encoded.trim()),
        None => None,
    };
    let words = words.as_ref().map(|words| words.split(':').collect::<Vec<_>>());
    let Some([login, token]) = words.as_deref() else {
        let scheme = authorization.split(' ').next().unwrap_or_default();
        state
            .complain(format!("an Authorization of the kind `{scheme}` that the server cannot read: {}", request.path));
        return Err(error(500, BUG));
    };
    let known = state.users.iter().find(|user| user.login == *login && user.token == *token && !user.expired);
    known.map(|user| user.name.clone()).ok_or_else(|| not_logged_in(&state.address))
}

/// The ticket of a user for a cookie that replaces login and token.
pub fn negotiate(state: &mut State, request: &Request) -> Answer {
    let sent = request.header("authorization").and_then(|value| value.strip_prefix("Negotiate "));
    let Some((_, name)) = state.negotiate.clone().filter(|(token, _)| sent == Some(token)) else {
        return super::messages::html(401).header("WWW-Authenticate", "Negotiate");
    };
    let session = format!("{name}-session-4be1c07a{}", state.sessions.len());
    state.sessions.insert(session.clone(), name.clone());
    let body = serde_json::json!({ "name": name, "id": state.user(&name).id });
    json_answer(200, &body).header("Set-Cookie", format!("session={session}; HttpOnly; Path=/"))
}

fn session(request: &Request) -> Option<&str> {
    let cookies = request.header("cookie")?;
    cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix("session="))
}

/// Base64 to text.
fn decoded(text: &str) -> Option<String> {
    let alphabet = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.trim_end_matches('=').bytes() {
        bits = (bits << 6 | u32::from(alphabet(byte)?)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Text to Base64.
pub fn encoded(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            coded.push(match place <= chunk.len() {
                true => char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]),
                false => '=',
            });
        }
    }
    coded
}
