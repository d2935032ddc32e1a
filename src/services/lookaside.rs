//! The lookaside cache: where dist-git keeps what does not belong in git. It knows a file by package, name and checksum.

mod refusal;

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::address::Address;
use super::call::{Body, Call, Content, Method, Part};
use super::download::Wanted;
use super::http::Client;
use super::login::Login;
use crate::checksum::{Algorithm, Checksum};
use crate::context::Context;
use crate::error::{Context as _, Error, Finding, Kind, Result};
use crate::paths;
use crate::secret::redacted;

/// How many bytes a slow server hashes in a second, before it says that it has stored them.
const HASHED: u64 = 20 << 20;

/// The cache of one package. Credentials in its addresses are used, and never shown.
#[derive(Clone)]
pub struct Lookaside {
    /// The address below which all files lie.
    pub download: String,
    /// The address that takes new files; `None` where it is not known.
    pub upload: Option<String>,
    /// How the cache knows the content of new files.
    pub algorithm: Algorithm,
    /// The package, as the cache names it: `rpms/hello` or `hello`.
    pub name: String,
    /// Who uploads.
    pub login: Login,
}

/// A file that is to be in the cache.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Where it is on this machine.
    pub path: PathBuf,
    /// Its name in the cache.
    pub file: String,
    /// The checksum of its content, of the cache's own kind.
    pub checksum: Checksum,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploaded {
    /// The cache has the file since now.
    New,
    /// The cache had the file.
    Known,
    /// Nothing was sent: this is a dry run.
    Held,
}

impl fmt::Debug for Lookaside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let download = redacted(&self.download);
        f.debug_struct("Lookaside").field("name", &self.name).field("download", &download).finish_non_exhaustive()
    }
}

impl Lookaside {
    /// The address of a file, with the name and the checksum that the file `sources` has for it.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when the package or the file has a name that would lead elsewhere, or the cache's address is none.
    pub fn address(&self, file: &str, checksum: &Checksum) -> Result<Address> {
        self.check_package()?;
        check_file(file)?;
        let below = [file, checksum.algorithm().name(), checksum.hex(), file];
        let segments: Vec<&str> = self.name.split('/').chain(below).collect();
        Address::parse(&self.download)?.below(&segments, &[])
    }

    /// A file of the cache as one to be downloaded; `check` is that of [`Wanted`].
    ///
    /// # Errors
    /// As [`Self::address`].
    pub fn wanted(&self, file: &str, checksum: Checksum, check: fn(&Path, bool) -> Result<()>) -> Result<Wanted> {
        let url = self.address(file, &checksum)?.secret().to_string();
        Ok(Wanted { url, name: file.to_owned(), checksums: vec![checksum], check })
    }

    /// Whether this cache takes files, and this one: asked before anything is sent.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when nothing says where files are uploaded; of kind [`Kind::Project`] when the name cannot be that of
    /// a file or a package there.
    pub fn takes(&self, upload: &Upload) -> Result<()> {
        self.script(upload).map(drop)
    }

    /// A file of this machine as one for this cache, under its own name. Reads it to its end.
    ///
    /// # Errors
    /// Of kind [`Kind::Project`] when its name cannot be that of a file in the cache; [`Kind::Environment`] when it cannot be read.
    pub fn measured(&self, path: &Path) -> Result<Upload> {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        check_file(&file)?;
        Ok(Upload { path: path.to_owned(), file, checksum: Checksum::of_file(self.algorithm, path)? })
    }

    /// Whether the cache has a file. Nobody needs a login for that.
    ///
    /// # Errors
    /// As [`Lookaside::address`]; of kind [`Kind::Service`] when the cache does not say; [`Kind::Project`] when the client is offline;
    /// [`Kind::Interrupted`].
    pub async fn holds(&self, context: &Context, client: &Client, file: &str, checksum: &Checksum) -> Result<bool> {
        let call = Call::new(Method::HEAD, self.address(file, checksum)?);
        let reply = client.ask(context, &call).await?;
        match reply.status {
            404 | 410 => Ok(false),
            200..=299 => Ok(true),
            _ => Err(refusal::unsaid(&reply, file)),
        }
    }

    /// Makes sure that the cache has a file: asks it, sends the file where it is missing, and looks whether it is there then. Each
    /// request gets a new proof of who sends it, before anything else. What is cut is sent again, and a rerun is safe: the cache takes the
    /// same file twice. In a dry run, nothing but the question whether the file is there is sent.
    ///
    /// # Errors
    /// Of kind [`Kind::Service`] with the server's own words when it refuses, or has not got the file in the end; as
    /// [`Lookaside::address`]; [`Kind::Config`] when it is not known where to send it; [`Kind::Environment`] when the file cannot be read; what
    /// the login fails with; [`Kind::Interrupted`].
    pub async fn upload(&self, context: &Context, client: &Client, upload: &Upload) -> Result<Uploaded> {
        let at = self.script(upload)?;
        let within = |error: Error| match error.kind() {
            Kind::Interrupted | Kind::Bug => error,
            _ => error.within(format!("`{}` cannot be put into the lookaside cache", upload.file)),
        };
        self.put(context, client, upload, &at).await.map_err(within)
    }

    async fn put(&self, context: &Context, client: &Client, upload: &Upload, at: &Address) -> Result<Uploaded> {
        let is_there = match context.gate().is_closed() {
            true => self.holds(context, client, &upload.file, &upload.checksum).await?,
            false => self.check(context, client, upload, at).await?,
        };
        if is_there {
            return Ok(Uploaded::Known);
        }
        if !context.gate().is_closed() {
            context.step(format!("uploading {} to {}", upload.file, at.host()));
        }
        let (parts, size) = self.parts(upload)?;
        let call = self.call(upload, at, parts).repeatable().patience(Duration::from_secs(size / HASHED));
        let Some(reply) = client.send(context, &call).await? else { return Ok(Uploaded::Held) };
        if !reply.is_success() {
            return Err(refusal::of(&reply, self, upload));
        }
        let was_there = reply.text().contains("already exists");
        if !was_there && !reply.text().contains("stored OK") {
            return Err(refusal::unknown(&reply));
        }
        self.verify(context, client, upload, at).await?;
        Ok(if was_there { Uploaded::Known } else { Uploaded::New })
    }

    /// Asks the script whether the cache has the file. It answers as it would to the upload: who may not do that learns it here, before
    /// a long file is sent.
    async fn check(&self, context: &Context, client: &Client, upload: &Upload, at: &Address) -> Result<bool> {
        let mut parts = self.common(upload);
        parts.push(Part::field("filename", &upload.file));
        let reply = client.ask(context, &self.call(upload, at, parts).repeatable()).await?;
        match (reply.is_success(), reply.text().trim()) {
            (true, "Available") => Ok(true),
            (true, "Missing") => Ok(false),
            (true, _) => Err(refusal::unknown(&reply)),
            (false, _) => Err(refusal::of(&reply, self, upload)),
        }
    }

    /// A cache may say that it has stored a file and not have it.
    async fn verify(&self, context: &Context, client: &Client, upload: &Upload, at: &Address) -> Result<()> {
        let address = self.address(&upload.file, &upload.checksum)?;
        if self.holds(context, client, &upload.file, &upload.checksum).await? {
            return Ok(());
        }
        if at.is_elsewhere(&address) {
            let what = format!("{} does not have {} yet", address.host(), upload.file);
            context
                .found(Finding::warning(what).hint(format!("{} has taken it: look again in some minutes", at.host())));
            return Ok(());
        }
        Err(refusal::lost(at, &address))
    }

    fn call(&self, upload: &Upload, at: &Address, parts: Vec<Part>) -> Call {
        tracing::debug!(file = upload.file, package = self.name, "asking the lookaside cache");
        Call::new(Method::POST, at.clone()).login(self.login.clone()).body(Body::Parts(parts))
    }

    fn common(&self, upload: &Upload) -> Vec<Part> {
        let sum = match upload.checksum.algorithm() {
            Algorithm::Md5 => "md5sum",
            Algorithm::Sha224 => "sha224sum",
            Algorithm::Sha256 => "sha256sum",
            Algorithm::Sha384 => "sha384sum",
            Algorithm::Sha512 => "sha512sum",
        };
        vec![Part::field("name", &self.name), Part::field(sum, upload.checksum.hex())]
    }

    /// The parts of an upload, and the size of the file.
    fn parts(&self, upload: &Upload) -> Result<(Vec<Part>, u64)> {
        let cannot = || format!("`{}` cannot be read", upload.path.display());
        let metadata = fs_err::metadata(&upload.path).or_error(Kind::Environment, cannot)?;
        let modified = metadata.modified().or_error(Kind::Environment, cannot)?;
        let seconds = modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut parts = self.common(upload);
        parts.push(Part {
            name: "file",
            file_name: Some(upload.file.clone()),
            media_type: None,
            content: Content::File(upload.path.clone()),
        });
        parts.push(Part::field("mtime", seconds.to_string()));
        Ok((parts, metadata.len()))
    }

    /// The address of the script that takes files, once all that is sent to it is as it should be.
    fn script(&self, upload: &Upload) -> Result<Address> {
        self.check_package()?;
        check_file(&upload.file)?;
        let Some(script) = &self.upload else {
            return Err(Error::new(Kind::Config, format!("where files of `{}` are uploaded is not known", self.name))
                .cause(format!("only where they are downloaded is: `{}`", redacted(&self.download)))
                .hint("name the script that takes them in $PACKIT_LOOKASIDE_UPLOAD_URL")
                .hint("or upload by other means, and write `upload_sources: false`"));
        };
        Address::parse(script)
    }

    fn check_package(&self) -> Result<()> {
        match self.name.split('/').all(is_plain) {
            true => Ok(()),
            false => {
                Err(Error::new(Kind::Project, format!("`{}` is not the name of a package", self.name.escape_debug()))
                    .hint("write `downstream_package_name: NAME`, a name alone"))
            }
        }
    }
}

fn check_file(file: &str) -> Result<()> {
    match is_plain(file) {
        true => Ok(()),
        false => Err(Error::new(Kind::Project, format!("`{}` is not the name of a file", file.escape_debug()))
            .hint("the lookaside cache takes names without folders, and none that begins with `-`")),
    }
}

/// One component of a path that no server and no tool behind it takes for something else.
fn is_plain(name: &str) -> bool {
    paths::is_file_name(OsStr::new(name)) && !name.starts_with('-') && !name.contains(char::is_control)
}
