//! The files that come from dist-git back to upstream.

use std::path::Path;

use super::project::Project;
use crate::config::{self, Package, Spanned, SyncedFiles};
use crate::context::Context;
use crate::dist_git::reversed_files::reversed;
use crate::dist_git::synced_files::{Side, Sync, default_list};
use crate::error::{Error, Finding, Kind, Result};

/// What is copied.
#[derive(Debug, Clone, Copy)]
pub(super) struct DownstreamFiles<'a> {
    /// The package.
    pub(super) package: &'a Package,
    /// The configuration file, relative to the top of upstream; none where it is elsewhere.
    pub(super) config_file: Option<&'a Path>,
    /// Names of files that stay as they are, wherever they lie.
    pub(super) excluded: &'a [String],
}

impl DownstreamFiles<'_> {
    /// Copies the files from the checkout of dist-git at `dist_git` to `upstream`, a checkout of packit's own: those that
    /// `files_to_sync` brings the other way, else spec file and configuration. Nothing is deleted.
    ///
    /// # Errors
    /// Of kind [`Kind::Config`] when a name leads out of its repository, of kind [`Kind::Usage`] for an excluded name that is none; when a
    /// file cannot be copied.
    pub(super) async fn copy(&self, context: &Context, dist_git: &Path, upstream: &Project) -> Result<()> {
        let root = upstream.repo.root();
        let is_given = !self.package.files_to_sync.is_empty();
        let base = if is_given { upstream.folder(self.package)? } else { root.to_owned() };
        let list = if is_given { self.package.files_to_sync.clone() } else { self.default_list(upstream)? };
        let to = Side { root, base: &base };
        let (mut list, unclear) = reversed(&list, to);
        for source in unclear {
            let what = format!("`{}` is left aside: it does not say where its files come back to", source.value);
            let warning = Finding::warning(what).hint("write each folder as an item of its own");
            context.found(source.place().into_iter().fold(warning, Finding::at));
        }
        let excluded: Vec<String> = self.excluded.iter().map(|name| rule(name)).collect::<Result<_>>()?;
        for item in &mut list {
            // The first rule that fits counts.
            let rules = excluded.iter().map(|rule| Spanned::default_value(rule.clone()));
            item.filters = rules.chain(item.filters.drain(..)).collect();
        }
        let from = Side { root: dist_git, base: dist_git };
        Sync { from, to, leave_out: None }.run(context, &list).await
    }

    fn default_list(&self, upstream: &Project) -> Result<Vec<SyncedFiles>> {
        let package = self.package;
        let name = &package.downstream_package_name.value;
        let spec = match config::find_spec_file(package, upstream.roots()) {
            Ok(found) => Some(found),
            // Upstream need not have one.
            Err(_) => config::named_spec_file(package, upstream.roots())?,
        };
        let root = upstream.repo.root();
        let below = spec.and_then(|spec| spec.strip_prefix(root).ok().map(Path::to_owned));
        let below = below.and_then(|below| below.to_str().map(str::to_owned));
        Ok(default_list(
            &below.unwrap_or_else(|| format!("{name}.spec")),
            name,
            self.config_file.and_then(Path::to_str),
        ))
    }
}

/// The rule of rsync that leaves all files of a name out.
///
/// # Errors
/// Of kind [`Kind::Usage`] when it is not the last part of a path.
pub(super) fn rule(name: &str) -> Result<String> {
    if name.is_empty() || name.contains('/') || name.contains(char::is_control) {
        return Err(Error::new(Kind::Usage, format!("`{}` is not the name of a file", name.escape_debug()))
            .hint("--exclude takes the last part of a path, such as `hello.spec`"));
    }
    let is_wild = name.contains(['*', '?', '[']);
    let escaped = name.chars().map(|c| match c {
        '*' | '?' | '[' | '\\' if is_wild => format!("\\{c}"),
        c => c.to_string(),
    });
    Ok(format!("- {}", escaped.collect::<String>()))
}
