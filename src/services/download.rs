//! One file from a server: whole, verified, and in place by a rename, or not there at all.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;
use tempfile::NamedTempFile;

use super::address::Address;
use super::download_cache::{DownloadCache, Entry};
use super::http::{self, Client, Response};
use crate::checksum::{Algorithm, Checksum, Hasher};
use crate::context::Context;
use crate::error::{Context as _, Error, Kind, Result};
use crate::event::What;
use crate::paths;
use crate::secret::redacted;

/// How many bytes at the beginning of a file are looked at to tell a web page.
const HEAD: usize = 512;

/// After how many bytes the progress is told again.
const PROGRESS: u64 = 256 * 1024;

/// A file to be downloaded.
#[derive(Clone)]
pub struct Wanted {
    /// Where it is. Credentials in it are used, and never shown.
    pub url: String,
    /// Its name, for messages.
    pub name: String,
    /// What is known of its content; all of them must be right.
    pub checksums: Vec<Checksum>,
    /// What else makes sure that a file from a server is the right one. Gets the file under its name, and whether the server said how
    /// long it is: where it did not, a cut one looks whole.
    pub check: fn(&Path, bool) -> Result<()>,
}

impl std::fmt::Debug for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wanted").field("name", &self.name).field("url", &redacted(&self.url)).finish_non_exhaustive()
    }
}

/// A file that was downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    /// Its size in bytes.
    pub size: u64,
    /// The checksum of its content.
    pub sha512: Checksum,
    /// Where it came from in the end.
    pub origin: Origin,
    /// Whether the server said how long it is, or marked its end.
    pub is_measured: bool,
}

/// Where a file came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The server sent it.
    Server,
    /// The server said that the copy in the cache is still right.
    Unchanged,
    /// The cache: nobody was asked.
    Cache,
}

/// Downloads a file to `to`, whose folder exists; a file that is there is replaced. What the user's cache has is not fetched
/// again: with known checksums nobody is asked then, without them the server is asked whether it has changed. The file has mode
/// 0644 and the time that the server gives it, else that of `SOURCE_DATE_EPOCH`.
///
/// # Errors
/// Of kind [`Kind::Service`] when no server gives it, or another file; [`Kind::Project`] when the URL is not one of the web, or
/// the file is not in the cache and the client is offline; [`Kind::Environment`] when it cannot be written;
/// [`Kind::Interrupted`]. There is nothing new at `to` then.
pub async fn download(context: &Context, client: &Client, wanted: &Wanted, to: &Path) -> Result<Downloaded> {
    context.interrupt().check()?;
    let cannot = || format!("`{}` cannot be downloaded", wanted.name);
    let address = Address::parse(&wanted.url).map_err(|error| error.within(cannot()))?;
    let job = Job { context, client, wanted, address, cache: DownloadCache::of(context), to };
    let fetched = tokio::select! {
        biased;
        () = context.interrupt().stopped() => Err(Error::interrupted()),
        fetched = job.fetch() => fetched,
    };
    let (file, downloaded, entry) = fetched.map_err(|error| match error.kind() {
        Kind::Service | Kind::Environment => error.within(cannot()),
        _ => error,
    })?;
    job.deliver(file, &entry)?;
    if downloaded.origin == Origin::Server {
        let (check, file, is_measured) = (wanted.check, to.to_owned(), downloaded.is_measured);
        let checked = tokio::task::spawn_blocking(move || check(&file, is_measured)).await;
        let checked = checked.unwrap_or_else(|_| Err(Error::bug("the check of a download broke")));
        if let Err(error) = checked {
            // A file that cannot be used is not there.
            let _ = fs_err::remove_file(to);
            let what = format!("`{}` gave something else than {}", job.address, wanted.name);
            let causes = [error.message().to_owned()].into_iter().chain(error.causes().to_vec());
            let error = causes.fold(Error::new(Kind::Service, what), Error::cause);
            return Err(error.within(cannot()).hint("open the address in a browser to see what it gives"));
        }
        job.cache.keep(&job.address, to, entry).await;
    }
    Ok(downloaded)
}

struct Job<'a> {
    context: &'a Context,
    client: &'a Client,
    wanted: &'a Wanted,
    address: Address,
    cache: DownloadCache,
    to: &'a Path,
}

type Fetched = (NamedTempFile, Downloaded, Entry);

impl Job<'_> {
    async fn fetch(&self) -> Result<Fetched> {
        let entry = self.cache.entry(&self.address);
        let is_known = !self.wanted.checksums.is_empty();
        let offline = self.client.is_offline();
        if (is_known || offline)
            && let Some(found) = self.take_cached(entry.as_ref(), Origin::Cache).await?
        {
            if !is_known {
                self.context.tell(format!("{} comes from the cache, as it was last seen", self.wanted.name));
            }
            return Ok(found);
        }
        if offline {
            return Err(self.offline());
        }
        // What is in the cache is not the file where its checksum is known.
        let entry = entry.filter(|entry| !is_known && self.cache.has(entry));
        let fetched = self.ask_server(entry.as_ref()).await;
        fetched.map_err(|error| match (&entry, error.kind()) {
            (Some(_), Kind::Service) => error.hint("the cache has a copy from an earlier time: --offline takes it"),
            _ => error,
        })
    }

    fn offline(&self) -> Error {
        let name = &self.wanted.name;
        let message = format!("{name} is to be downloaded from `{}`, and --offline forbids it", self.address);
        Error::new(Kind::Project, message)
            .hint("run it once without --offline: the file stays in the cache")
            .hint(format!("or put {name} beside the spec"))
    }

    /// The content that is known by its checksum, or what was last at the address.
    async fn take_cached(&self, entry: Option<&Entry>, origin: Origin) -> Result<Option<Fetched>> {
        let known = self.wanted.checksums.iter().find(|sum| sum.algorithm() == Algorithm::Sha512).cloned();
        let Some(sha512) = known.or_else(|| entry?.checksum()) else { return Ok(None) };
        let file = self.temporary()?;
        let copied = self.cache.copy(&sha512, file.path(), &self.algorithms()).await;
        if copied.is_none_or(|checksums| checksums != self.wanted.checksums) {
            return Ok(None);
        }
        let size = file.as_file().metadata().or_error(Kind::Environment, || self.unwritable())?.len();
        let entry = entry.filter(|entry| entry.checksum().as_ref() == Some(&sha512)).cloned();
        let entry = entry.unwrap_or_else(|| self.entry(&sha512, size));
        tracing::debug!(name = self.wanted.name, %sha512, "taken from the cache");
        Ok(Some((file, Downloaded { size, sha512, origin, is_measured: true }, entry)))
    }

    /// What the server sends, or what `entry` says where the server says that this is still right.
    async fn ask_server(&self, entry: Option<&Entry>) -> Result<Fetched> {
        let step = format!("downloading {} from {}", self.wanted.name, self.address.host());
        self.context.step(step);
        let etag = entry.and_then(|entry| Some(("if-none-match", entry.etag.as_deref()?)));
        let date = entry.and_then(|entry| Some(("if-modified-since", entry.last_modified.as_deref()?)));
        let conditions: Vec<_> = etag.into_iter().chain(date).collect();
        let received = self.ask(&conditions).await?;
        if let Some(fetched) = received {
            return Ok(fetched);
        }
        if let Some(found) = self.take_cached(entry, Origin::Unchanged).await? {
            return Ok(found);
        }
        // The copy was damaged.
        let received = self.ask(&[]).await?;
        received.ok_or_else(|| Error::bug("an answer of 304 to a request without conditions"))
    }

    /// `None` when the server says that nothing has changed.
    async fn ask(&self, conditions: &[(&str, &str)]) -> Result<Option<Fetched>> {
        let take = async |response: &mut Response| match response.status() {
            304 => Ok(None),
            200 | 203 => self.receive(response).await.map(Some),
            other => Err(Error::new(Kind::Service, format!("{} answered {other}", response.address().host()))
                .cause(format!("it was asked for `{}`, and sent no file", response.address()))
                .hint("check the address; if the server still prepares the file, try again later")),
        };
        self.client.get(self.context, &self.address, conditions, take).await
    }

    async fn receive(&self, response: &mut Response) -> Result<Fetched> {
        if let Some(encoding) = response.header("content-encoding").filter(|encoding| *encoding != "identity") {
            let what = format!("`{}` was sent packed by `{encoding}`, which was not asked for", response.address());
            return Err(Error::new(Kind::Service, what).hint("its server packs what is packed already: tell its owner"));
        }
        let is_page_by_type = response.header("content-type").is_some_and(is_type_of_page);
        let may_be_page = is_name_of_page(&self.wanted.name);
        let mut file = self.temporary()?;
        let mut hashers: Vec<Hasher> = self.algorithms().into_iter().map(Hasher::new).collect();
        let mut sha512 = Hasher::new(Algorithm::Sha512);
        let (mut head, mut size, mut told) = (Vec::new(), 0_u64, 0_u64);
        while let Some(piece) = response.chunk().await? {
            let piece = piece.as_ref();
            head.extend(piece.iter().take(HEAD.saturating_sub(head.len())));
            file.write_all(piece).or_error(Kind::Environment, || self.unwritable())?;
            sha512.update(piece);
            hashers.iter_mut().for_each(|hasher| hasher.update(piece));
            size += piece.len() as u64;
            if size - told >= PROGRESS {
                told = size;
                self.context.send(What::Bytes { done: size, total: None });
            }
        }
        self.context.send(What::Bytes { done: size, total: None });
        let checksums: Vec<Checksum> = hashers.into_iter().map(Hasher::finish).collect();
        // The right checksum outweighs what a server says of the type, and so does a beginning that is no text.
        let is_right = !checksums.is_empty() && checksums == self.wanted.checksums;
        let is_page = is_page(&head) || (is_page_by_type && is_text(&head));
        if !may_be_page && !is_right && is_page {
            return Err(self.page(response.address()));
        }
        if let Some((wrong, right)) = checksums.iter().zip(&self.wanted.checksums).find(|(got, known)| got != known) {
            return Err(self.other_content(wrong, right));
        }
        let sha512 = sha512.finish();
        let header = |name| response.header(name).map(str::to_owned);
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        let entry = Entry { etag, last_modified, ..self.entry(&sha512, size) };
        let is_measured = response.is_measured();
        Ok((file, Downloaded { size, sha512, origin: Origin::Server, is_measured }, entry))
    }

    fn page(&self, address: &Address) -> Error {
        let name = &self.wanted.name;
        let error = Error::new(Kind::Service, format!("`{}` gave a web page instead of {name}", self.address));
        let error = if *address == self.address { error } else { error.cause(format!("it leads to `{address}`")) };
        error.hint("open the address in a browser: it may want a login, or be the page on which the file is offered")
    }

    fn other_content(&self, wrong: &Checksum, right: &Checksum) -> Error {
        let name = &self.wanted.name;
        Error::new(Kind::Service, format!("`{}` gave another file than the {name} that is known", self.address))
            .cause(format!("expected {right}"))
            .cause(format!("got      {wrong}"))
            .hint("find out whether the file was replaced on the server; only if that is meant, write down its new checksum")
    }

    fn algorithms(&self) -> Vec<Algorithm> {
        self.wanted.checksums.iter().map(Checksum::algorithm).collect()
    }

    fn entry(&self, sha512: &Checksum, size: u64) -> Entry {
        let url = self.address.to_string();
        Entry { url, sha512: sha512.hex().to_owned(), size, etag: None, last_modified: None }
    }

    /// An empty file beside the destination.
    fn temporary(&self) -> Result<NamedTempFile> {
        let folder = self.to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let made = tempfile::Builder::new().prefix(".packit-").tempfile_in(folder);
        made.or_error(Kind::Environment, || self.unwritable())
    }

    fn unwritable(&self) -> String {
        format!("`{}` cannot be written", self.to.display())
    }

    fn deliver(&self, file: NamedTempFile, entry: &Entry) -> Result<()> {
        let readable = file.as_file().set_permissions(Permissions::from_mode(0o644));
        readable.or_error(Kind::Environment, || self.unwritable())?;
        let time: Option<Timestamp> = entry.last_modified.as_deref().and_then(http::date);
        if let Some(time) = time.or_else(|| self.context.source_date()) {
            paths::set_modified(file.path(), time)?;
        }
        file.persist(self.to).or_error(Kind::Environment, || self.unwritable())?;
        Ok(())
    }
}

/// Whether a file of this name may be a web page.
fn is_name_of_page(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".html", ".htm", ".xhtml"].iter().any(|ending| name.ends_with(ending))
}

fn is_type_of_page(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"].iter().any(|page| kind.eq_ignore_ascii_case(page))
}

/// Whether the beginning of a file may be text: it holds no control characters but those of lines.
fn is_text(head: &[u8]) -> bool {
    !head.iter().any(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b))
}

/// Whether a file begins as web pages do.
fn is_page(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |tag: &[u8]| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    begins(b"<!doctype html") || begins(b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_web_page() {
        for page in ["<html><body>", "<!DOCTYPE html>\n", "\u{feff} \r\n\t<!doctype HTML PUBLIC", "<HTML lang=en>"] {
            assert!(is_page(page.as_bytes()), "{page}");
        }
        for file in ["", "<", "<?xml version='1.0'?>", "<!doctype book>", "\x1f\u{8b}", "# see <html>"] {
            assert!(!is_page(file.as_bytes()), "{file}");
        }
    }

    #[test]
    fn types_and_names_of_web_pages() {
        assert!(is_type_of_page("text/html") && is_type_of_page("Text/HTML; charset=utf-8"));
        assert!(!is_type_of_page("application/gzip") && !is_type_of_page(""));
        assert!(is_name_of_page("a.HTML") && is_name_of_page("a.htm") && !is_name_of_page("html"));
    }
}
