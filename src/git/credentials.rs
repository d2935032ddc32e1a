//! A token for a server's repositories over https, handed to git in its environment: it is neither in arguments nor in files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::names::Address;
use super::url::RemoteUrl;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::process::Command;
use crate::secret::Token;

/// User and token for one server.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// `SCHEME://HOST[:PORT]/`: git matches its settings by it.
    server: String,
    user: String,
    token: Token,
}

impl Credentials {
    /// Credentials for the server of `address`. `user` is what the forge wants there: the name of the user, or a fixed word
    /// (`oauth2` on GitLab, `x-access-token` on GitHub).
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when the address is not one of https: a token is sent over http on this machine only.
    pub fn new(address: &Address, user: &str, token: Token) -> Result<Self> {
        let server = server_of(address).ok_or_else(|| {
            Error::new(Kind::Config, format!("no token can be used for `{address}`"))
                .hint("a token is sent over https only; git's own means (ssh keys, helpers) serve the others")
        })?;
        Ok(Self { server, user: user.to_owned(), token })
    }

    /// `command` with these credentials, where `address` is on their server; else as it is.
    pub(super) fn hand_to(&self, context: &Context, command: Command, address: &Address) -> Command {
        if server_of(address).as_ref() != Some(&self.server) {
            return command;
        }
        let header = STANDARD.encode(format!("{}:{}", self.user, self.token.reveal()));
        let settings = [
            // An empty one forgets those of the configuration: two of them would be refused.
            (format!("http.{}.extraHeader", self.server), String::new()),
            (format!("http.{}.extraHeader", self.server), format!("Authorization: Basic {header}")),
            // The header would go to wherever the server leads.
            (format!("http.{}.followRedirects", self.server), "false".to_owned()),
        ];
        // The user's own settings of that kind stay.
        let before: usize = context.variable("GIT_CONFIG_COUNT").and_then(|count| count.parse().ok()).unwrap_or(0);
        let count = before + settings.len();
        let numbered = settings.into_iter().zip(before..);
        numbered.fold(command.env("GIT_CONFIG_COUNT", count.to_string()), |command, ((key, value), number)| {
            command.env(format!("GIT_CONFIG_KEY_{number}"), key).env(format!("GIT_CONFIG_VALUE_{number}"), value)
        })
    }
}

/// The server of an address to which a token may go: over https, and over http on this machine.
fn server_of(address: &Address) -> Option<String> {
    let url = RemoteUrl::parse(address.reveal())?;
    let host = url.host.as_deref()?;
    let is_safe = match url.scheme.as_str() {
        "https" => true,
        "http" => ["127.0.0.1", "localhost", "[::1]"].contains(&host),
        _ => false,
    };
    let port = url.port.map(|port| format!(":{port}")).unwrap_or_default();
    is_safe.then(|| format!("{}://{host}{port}/", url.scheme))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use super::super::testing::{World, shown};
    use super::super::working_clone::remote_branches;
    use super::*;

    /// A server that gives every request the same answer; returns its address and, later, what it was asked.
    fn server(answer: &str) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/rpms/hello.git", listener.local_addr().unwrap());
        let answer = answer.to_owned();
        let asked = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
                head.push(byte[0]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(head).unwrap()
        });
        (address, asked)
    }

    #[tokio::test]
    async fn the_token_reaches_its_server_and_no_other() {
        let world = World::new();
        let ask = async |address: &str, credentials: &Credentials| {
            let address = Address::new(address).unwrap();
            remote_branches(&world.context, world.dir.path(), &address, Some(credentials)).await.unwrap_err()
        };
        let made =
            |address: &str| Credentials::new(&Address::new(address).unwrap(), "ann", Token::new("canary")).unwrap();
        let closed = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        let (address, asked) = server(closed);
        let error = ask(&address, &made(&address)).await;
        let head = asked.join().unwrap();
        assert!(head.contains("Authorization: Basic YW5uOmNhbmFyeQ==\r\n"), "{head}");
        assert!(shown(&error).contains("check the token") && !shown(&error).contains("canary"), "{}", shown(&error));
        let (other, asked) = server(closed);
        ask(&other, &made(&address)).await;
        assert!(!asked.join().unwrap().contains("Authorization"));
        let (elsewhere, _never_asked) = server(closed);
        let moved = format!(
            "HTTP/1.1 302 Found\r\nLocation: {elsewhere}/info/refs\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let (address, asked) = server(&moved);
        let error = ask(&address, &made(&address)).await;
        assert!(asked.join().unwrap().contains("Authorization") && shown(&error).contains("302"), "{}", shown(&error));
    }

    #[test]
    fn tokens_go_over_https_only() {
        let made = |text: &str| Credentials::new(&Address::new(text).unwrap(), "ann", Token::new("canary"));
        for (address, server) in [
            ("https://Example.com/a/b.git", "https://example.com/"),
            ("https://bob@example.com:8443/a/b.git", "https://example.com:8443/"),
            ("http://127.0.0.1:5801/a/b.git", "http://127.0.0.1:5801/"),
            ("http://[::1]:5801/a/b.git", "http://[::1]:5801/"),
        ] {
            let credentials = made(address).unwrap();
            assert_eq!(credentials.server, server);
            assert!(!format!("{credentials:?}").contains("canary"));
        }
        for address in
            ["http://example.com/a.git", "ssh://example.com/a.git", "git@example.com:a.git", "/srv/a.git", "file:///a"]
        {
            assert_eq!(made(address).unwrap_err().kind(), Kind::Config, "{address}");
        }
    }
}
