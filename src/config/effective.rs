//! Every key that is in force for a package, with its value and where that stands: what `packit config show` tells.

use serde::Serialize;
use serde_json::Value as Json;

use super::definitions::{Level, definitions};
use super::load::Loaded;
use super::read::{Layers, Reader};
use super::value;
use crate::error::Place;

/// A key that is in force.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effective {
    /// The key.
    pub key: &'static str,
    /// Its value; `null` where there is none.
    pub value: Json,
    /// Where the value stands; `None` for a default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What the key is for.
    pub about: &'static str,
    /// Whether only a service uses it.
    pub service: bool,
}

impl Loaded {
    /// All keys of the package called `package` as they are in force, in the order of the table of keys; for the job
    /// with that index in [`Loaded::jobs`], or outside of any job.
    ///
    /// `None` when there is no such package or job, or the job is not for the package.
    pub fn effective(&self, package: &str, job: Option<usize>) -> Option<Vec<Effective>> {
        let (typed, item) = match job {
            Some(index) => {
                let job = self.jobs.get(index)?;
                (job.package(package)?, Some(job.item))
            }
            None => (self.packages.iter().find(|one| one.name == package)?, None),
        };
        let (layers, _) = self.tree.layers(Some(package), item);
        let layers = Layers(&layers);
        // Everything was found when the file was loaded.
        let mut reader = Reader::new(&self.tree.source, Vec::new());
        let keys = definitions(Level::Package).map(|definition| {
            let entry = layers.entry(definition.name);
            let stands = entry.map(|entry| {
                // An empty value stands nowhere, and its key does.
                let span =
                    if entry.value.span.start == entry.value.span.end { entry.key.span } else { entry.value.span };
                reader.spanned((), span)
            });
            let mut place = stands.and_then(|stands| stands.place());
            let value = match definition.name {
                "downstream_package_name" => {
                    place = typed.downstream_package_name.place();
                    typed.downstream_package_name.value.clone().into()
                }
                "upstream_package_name" => {
                    place = typed.upstream_package_name.place();
                    typed.upstream_package_name.value.clone().into()
                }
                "config_file_path" if typed.config_file_path.is_none() => {
                    self.file.file_name().map(|name| name.to_string_lossy().into_owned()).into()
                }
                "dist_git_base_url" => typed.downstream.dist_git().base_url.into(),
                "dist_git_namespace" => typed.downstream.dist_git().namespace.into(),
                _ => value::in_force(&mut reader, layers, definition),
            };
            Effective { key: definition.name, value, place, about: definition.about, service: definition.service }
        });
        Some(keys.collect())
    }
}
