//! Which packages the configuration has, and what each is called.

use std::path::{Component, Path, PathBuf};

use super::plan::Wishes;
use super::survey::{SpecFound, Survey, clean, made_of, name_of};
use super::tag_template::{self, Spelling};
use crate::config;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::paths;

/// A package of the configuration.
#[derive(Debug)]
pub(super) struct PackageText {
    /// Its key, where there are several.
    pub(super) key: String,
    pub(super) spec: PathBuf,
    /// What the spec file is made of, where that is there and the spec file is neither there nor to be written.
    pub(super) template: Option<PathBuf>,
    pub(super) upstream: String,
    pub(super) downstream: String,
    pub(super) tags: Spelling,
}

/// Why a package cannot have this name; `None` where it can.
pub fn refused_name(name: &str) -> Option<String> {
    config::refused_in_name(name).map(|why| format!("`{name}` cannot be a name: it must not {why}"))
}

/// The packages: one for each spec file that is chosen.
///
/// # Errors
/// Of kind [`Kind::Usage`].
pub(super) fn packages(context: &Context, survey: &Survey, wishes: &Wishes) -> Result<Vec<PackageText>> {
    let specs = chosen_specs(context, survey, wishes)?;
    if specs.len() > 1 && (wishes.upstream_name.is_some() || wishes.downstream_name.is_some()) {
        let error = Error::new(Kind::Usage, "one name cannot be that of several packages");
        return Err(error.hint("edit the names afterwards"));
    }
    let all: Vec<String> = survey.specs.iter().chain(&specs).map(own_name).collect();
    let packages = keys(&specs).into_iter().zip(&specs).map(|(key, spec)| {
        let own = own_name(spec);
        let downstream = if specs.len() > 1 { own.clone() } else { downstream(survey, wishes, Some(spec)) };
        let upstream = match specs.len() {
            1 => wishes.upstream_name.clone().unwrap_or_else(|| survey.project.clone()),
            _ => own.clone(),
        };
        // Tags that are called like the repository are everybody's.
        let others: Vec<&str> =
            all.iter().map(String::as_str).filter(|name| *name != own && *name != survey.project).collect();
        let mut tags = tag_template::of_package(&survey.all_tags, &own, &others);
        if let Some(wished) = wishes.tag_template.as_ref().filter(|wished| tags.template.as_ref() != Some(*wished)) {
            tags = Spelling { template: Some(wished.clone()), ..Spelling::default() };
        }
        let template = template_of(survey, &spec.path).filter(|_| !wishes.spec_template);
        PackageText { key, spec: spec.path.clone(), template, upstream, downstream, tags }
    });
    let packages: Vec<_> = packages.collect();
    let mut names = packages.iter().flat_map(|package| [&package.upstream, &package.downstream]);
    let refused = names.find_map(|name| refused_name(name));
    drop(names);
    refused.map_or(Ok(packages), |why| Err(Error::new(Kind::Usage, why)))
}

/// The name of the package of a spec file, of its text, else of its path.
fn own_name(spec: &SpecFound) -> String {
    spec.name.clone().unwrap_or_else(|| stem(spec))
}

fn stem(spec: &SpecFound) -> String {
    clean(&spec.path.file_stem().unwrap_or_default().to_string_lossy())
}

/// The spec file that is made of a template, beside it.
fn made_by(template: &Path) -> Option<PathBuf> {
    Some(template.with_file_name(made_of(template.file_name()?.to_str()?)?))
}

/// The template of a spec file that is not there.
fn template_of(survey: &Survey, spec: &Path) -> Option<PathBuf> {
    let template = survey.spec_templates.iter().find(|template| made_by(template).as_deref() == Some(spec));
    template.filter(|_| !survey.root.join(spec).exists()).cloned()
}

/// A key for each spec file, no two of them the same: its name, and where that is not enough the file's, its path's, a number.
fn keys(specs: &[SpecFound]) -> Vec<String> {
    let path = |spec: &SpecFound| clean(&spec.path.with_extension("").to_string_lossy().replace('/', "-"));
    let mut keys: Vec<String> = specs.iter().map(own_name).collect();
    for form in [stem, path] {
        let before = keys.clone();
        for (key, spec) in keys.iter_mut().zip(specs) {
            if before.iter().filter(|other| *other == key).count() > 1 {
                *key = form(spec);
            }
        }
    }
    for number in 2.. {
        let Some(double) = (1..keys.len())
            .find(|&at| keys.get(..at).is_some_and(|before| keys.get(at).is_some_and(|key| before.contains(key))))
        else {
            break;
        };
        if let Some(key) = keys.get_mut(double) {
            *key = format!("{key}-{number}");
        }
    }
    keys
}

/// Why these words name no spec files; `None` where all are there.
pub fn refused_specs(context: &Context, survey: &Survey, words: &str) -> Option<String> {
    words.split_whitespace().find_map(|word| match spec_path(context, &survey.root, Path::new(word)) {
        Ok(path) if survey.root.join(&path).is_file() => None,
        Ok(_) => Some(format!("there is no file `{word}`")),
        Err(error) => Some(error.message().to_owned()),
    })
}

/// A spec file as the user names it, from the top of the repository.
///
/// # Errors
/// When it leads out of the repository, or is a folder.
fn spec_path(context: &Context, root: &Path, named: &Path) -> Result<PathBuf> {
    let here = context.absolute(named);
    // From the top, where it is there; else from here, as the shell completes it.
    let path = match paths::below(root, &here) {
        Ok(below) if named.is_absolute() || (!root.join(named).exists() && here.exists()) => below,
        _ => named.components().filter(|part| *part != Component::CurDir).collect(),
    };
    let full = paths::join_within(root, root, &path)?;
    let path = full.strip_prefix(root).unwrap_or(&path).to_owned();
    if full.is_dir() {
        let error = Error::new(Kind::Usage, format!("`{}` is a folder, not a spec file", named.display()));
        return Err(error.hint("name the file in it"));
    }
    Ok(path)
}

/// The spec files that a user is offered where several are found: the one that is called like the repository, else all.
pub fn offered_specs(survey: &Survey) -> Vec<&Path> {
    let called = format!("{}.spec", survey.project);
    let same: Vec<&Path> =
        survey.specs.iter().map(|spec| spec.path.as_path()).filter(|path| path.ends_with(&called)).collect();
    if same.len() == 1 { same } else { survey.specs.iter().map(|spec| spec.path.as_path()).collect() }
}

/// The spec files that the user names, else the only one, else the one that is called like the repository.
fn chosen_specs(context: &Context, survey: &Survey, wishes: &Wishes) -> Result<Vec<SpecFound>> {
    let mut chosen: Vec<SpecFound> = Vec::new();
    for named in &wishes.specs {
        let path = spec_path(context, &survey.root, named)?;
        let found = survey.specs.iter().find(|spec| spec.path == path).cloned();
        let found = found.unwrap_or_else(|| SpecFound::at(&survey.root, path));
        if !chosen.contains(&found) {
            chosen.push(found);
        }
    }
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    if survey.specs.is_empty() {
        let called =
            |path: &&PathBuf| made_by(path).is_some_and(|spec| spec.ends_with(format!("{}.spec", survey.project)));
        let template = survey.spec_templates.iter().find(called).or(survey.spec_templates.first());
        if let Some(path) = template.and_then(|template| made_by(template)) {
            let text = template.and_then(|template| fs_err::read(survey.root.join(template)).ok());
            return Ok(vec![SpecFound { path, name: text.and_then(|text| name_of(&text)).flatten() }]);
        }
        let path = PathBuf::from(format!("{}.spec", downstream(survey, wishes, None)));
        return Ok(Vec::from([SpecFound { path, name: None }]));
    }
    match offered_specs(survey)[..] {
        [only] => Ok(survey.specs.iter().filter(|spec| spec.path == only).cloned().collect()),
        ref several => {
            let message = format!("there are {} spec files: {}", several.len(), paths::listed(several, 10));
            let first = several.first().map(|path| path.display().to_string()).unwrap_or_default();
            Err(Error::new(Kind::Usage, message).hint(format!(
                "name the one that counts: `--spec {first}`; or several, each is a package of its own then"
            )))
        }
    }
}

fn downstream(survey: &Survey, wishes: &Wishes, spec: Option<&SpecFound>) -> String {
    // A file that the user names is called as the package is.
    let named = || spec.filter(|_| !wishes.specs.is_empty()).map(own_name);
    let found = || spec?.name.clone();
    let wished = wishes.downstream_name.clone().or_else(found).or_else(named);
    let wished = wished.or_else(|| wishes.upstream_name.clone());
    wished.unwrap_or_else(|| survey.project.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_are_the_same() {
        let keys = |specs: &[(&str, &str)]| {
            let spec = |&(path, name): &(&str, &str)| SpecFound { path: path.into(), name: Some(name.to_owned()) };
            super::keys(&specs.iter().map(spec).collect::<Vec<_>>()).join(" ")
        };
        assert_eq!(keys(&[("a/a.spec", "a"), ("b/b.spec", "b")]), "a b");
        assert_eq!(
            keys(&[("fedora/foo.spec", "foo"), ("epel/foo.spec", "foo"), ("c.spec", "c")]),
            "fedora-foo epel-foo c"
        );
        assert_eq!(keys(&[("foo.spec", "foo"), ("foo-epel.spec", "foo")]), "foo foo-epel");
        assert_eq!(keys(&[("a/b.spec", "x"), ("a-b.spec", "x"), ("b.spec", "x")]), "a-b a-b-2 b");
    }
}
