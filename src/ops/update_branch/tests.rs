use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::*;
use crate::event::What;
use crate::git::Address;
use crate::git::push::{Before, Move, Push, Pushed};
use crate::git::testing::{World, branch};
use crate::git::working_clone::Place as ClonePlace;
use crate::interrupt::Interrupt;
use crate::ops::actions::ActionChoice;
use crate::ops::project::{Place, ProjectRequest};
use crate::project::staging::Area;
use crate::project::tag_checkout::TagCheckout;

const UPSTREAM_SPEC: &str = "Name: hello\nVersion: 1.1\nRelease: 1%{?dist}\nSummary: new\nLicense: MIT\n\
    Source0: https://example.com/hello-%{version}.tar.gz\n\n%description\nnew\n\n%changelog\n* Tue Nov 14 2023 Up <u@h> - 1.1-1\n- of upstream\n";
const DIST_GIT_SPEC: &str = "Name: hello\nVersion: 1.0\nRelease: 4%{?dist}\nSummary: old\nLicense: MIT\n\
    \n%description\nold\n\n%changelog\n* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.0-4\n- of dist-git\n";
const CONFIG: &str = "specfile_path: packaging/hello.spec\ndownstream_package_name: hello\n";

/// Upstream with the tag v1.2, dist-git with the branch rawhide, and an empty fork.
struct Setting {
    world: World,
    context: Context,
    told: Arc<Mutex<Vec<String>>>,
    more_config: String,
    upstream_ref: Option<String>,
    place: ClonePlace,
}

/// What a run did.
#[derive(Debug)]
struct Done {
    finished: Finished,
    begun: Begun,
    clone: WorkingClone,
}

impl Setting {
    fn new(config: &str) -> Self {
        let world = World::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&told);
        let variables = ["TMPDIR", "PATH"].map(|name| {
            (
                name.into(),
                match name {
                    "PATH" => "/usr/bin:/bin:/usr/local/bin".into(),
                    _ => world.path("tmp").into_os_string(),
                },
            )
        });
        let variables = HashMap::from([
            variables[0].clone(),
            variables[1].clone(),
            ("SOURCE_DATE_EPOCH".into(), "1763690400".into()),
        ]);
        let events = Arc::new(move |event: crate::event::Event| {
            if let What::Found(finding) = event.what {
                sink.lock().unwrap().push(finding.message);
            }
        });
        let context = Context::with(world.path(""), variables, events, Interrupt::default()).unwrap();
        let setting = Self {
            world,
            context,
            told,
            more_config: config.to_owned(),
            upstream_ref: None,
            place: ClonePlace::Temporary,
        };
        setting.dist_git(&[("hello.spec", DIST_GIT_SPEC), ("sources", "")]);
        setting.upstream();
        setting
    }

    fn upstream(&self) {
        let world = &self.world;
        world.write("upstream/packaging/hello.spec", UPSTREAM_SPEC);
        world.write("upstream/.packit.yaml", &format!("{CONFIG}{}", self.more_config));
        world.write("upstream/plans/main.fmf", "execute: {how: tmt}\n");
        for arguments in [
            &["init", "-q", "-b", "main", "."][..],
            &["add", "-A"],
            &["commit", "-q", "-m", "Release 1.2"],
            &["tag", "v1.2"],
        ] {
            world.git("upstream", arguments);
        }
        // The user is somewhere else, with changes.
        world.write("upstream/packaging/hello.spec", "not what was released\n");
        world.git("upstream", &["commit", "-q", "-a", "-m", "Later"]);
        world.write("upstream/plans/main.fmf", "changed\n");
        world.write("upstream/untracked", "x\n");
    }

    /// Commits files to rawhide of dist-git.
    fn dist_git(&self, files: &[(&str, &str)]) {
        for (name, content) in files {
            self.world.write(&format!("work/{name}"), content);
        }
        self.world.git("work", &["add", "-A"]);
        self.world.git("work", &["commit", "-q", "-m", "Change"]);
        self.world.git("work", &["push", "-q", "../server", "rawhide"]);
    }

    async fn run(&self, version: &str, is_masked: bool, published: bool) -> Result<Done> {
        let request = ProjectRequest {
            place: Place::Folder(self.world.path("upstream")),
            config: None,
            remote: None,
            packages: Vec::new(),
            user: crate::config::User::default(),
            actions: ActionChoice::default(),
        };
        let context = &self.context;
        let project = Project::look(context, &request).await?;
        let commit = project.repo.resolve("v1.2")?;
        let checkout = TagCheckout::make(context, &project.repo, commit).await?;
        let project = project.in_own_checkout(checkout.root())?;
        let clone = self.world.clone(self.place.clone()).await?;
        let (name, work) = (branch("rawhide"), branch("rawhide-update"));
        clone.fetch(context, std::slice::from_ref(&name)).await?;
        let there = match published {
            true => clone.published(context, &self.fork(), None, std::slice::from_ref(&work)).await?,
            false => Vec::new(),
        };
        let area = Area::claim(context, commit)?;
        let staging = Staging::new(&area, "hello")?;
        let bugs = ["rhbz#7".to_owned()];
        let update = Update {
            source: SpecSource::Upstream,
            project: &project,
            package: &project.packages[0],
            config_file: Some(".packit.yaml"),
            clone: &clone,
            release: Release {
                version,
                tag: Some("v1.2"),
                commit: Some(commit),
                upstream: None,
                monitoring: None,
                bugs: &bugs,
            },
            description: Some("* news"),
            upstream_ref: self.upstream_ref.as_deref(),
            author: "Bob <bob@example.com>",
            staging: &staging,
        };
        let branch = Branch { name: &name, work: &work, is_masked, published: there.first() };
        let begun = update.begin(context, branch).await?;
        update.modify(context, &begun).await?;
        let finished = update.finish(context, &begun, there.first()).await?;
        Ok(Done { finished, begun, clone })
    }

    fn fork(&self) -> Address {
        self.world.address("fork")
    }

    async fn update(&self) -> (String, Done) {
        let done = self.run("1.2", true, false).await.unwrap();
        let Finished::Committed(commit) = done.finished else { panic!("{:?}", done.finished) };
        let diff = done.clone.diff(&self.context, done.begun.base, commit).await.unwrap();
        (String::from_utf8(diff).unwrap(), done)
    }

    fn file(&self, done: &Done, name: &str) -> String {
        self.world.git(done.clone.root().to_str().unwrap(), &["show", &format!("HEAD:{name}")])
    }

    fn files(&self, done: &Done) -> String {
        self.world.git(done.clone.root().to_str().unwrap(), &["ls-tree", "-r", "--name-only", "HEAD"])
    }
}

#[tokio::test]
async fn the_default_update() {
    let setting = Setting::new("");
    let state = setting.world.state("upstream");
    let (diff, done) = setting.update().await;
    assert_eq!(setting.files(&done), ".gitignore\n.packit.yaml\nREADME.packit\nhello.spec\nsources");
    assert_eq!(
        setting.file(&done, "hello.spec"),
        "Name: hello\nVersion: 1.2\nRelease: 1%{?dist}\nSummary: new\nLicense: MIT\n\
         Source0: https://example.com/hello-%{version}.tar.gz\n\n%description\nnew\n\n%changelog\n\
         * Fri Nov 21 2025 Bob <bob@example.com> - 1.2-1\n- Update to version 1.2\n- Resolves: rhbz#7\n\n\
         * Tue Nov 14 2023 Ann Author <ann@example.com> - 1.0-4\n- of dist-git"
    );
    let commit = setting.world.git("upstream", &["rev-parse", "--short=8", "v1.2"]);
    assert_eq!(
        setting.world.git(done.clone.root().to_str().unwrap(), &["log", "-1", "--format=%P%n%B"]),
        format!(
            "{}\nUpdate to 1.2 upstream release\n\n- Resolves: rhbz#7\n\nUpstream tag: v1.2\nUpstream commit: {commit}\n\n\
             Commit authored by Packit automation (https://packit.dev/)",
            done.begun.base
        )
    );
    assert_eq!(done.begun.previous_version.as_deref(), Some("1.0"));
    assert!(diff.contains("\n-Version: 1.0\n") && diff.contains("\n+Version: 1.2\n"), "{diff}");
    assert_eq!(setting.world.state("upstream"), state);
    assert_eq!(setting.world.read("upstream/plans/main.fmf"), "changed\n");
    assert_eq!(fs::read_dir(setting.world.path("tmp")).unwrap().count(), 1, "only the clone that is kept here");
}

#[tokio::test]
async fn a_second_run_finds_what_the_first_has_pushed() {
    let setting = Setting::new("");
    let first = setting.run("1.2", true, true).await.unwrap();
    let Finished::Committed(commit) = first.finished else { panic!("{:?}", first.finished) };
    let (fork, work) = (setting.fork(), branch("rawhide-update"));
    let push = Push { to: &fork, credentials: None };
    let moved = Move { commit, branch: &work, before: Before::Exactly(None) };
    assert_eq!(push.one(&setting.context, first.clone.root(), moved).await.unwrap(), Pushed::Sent);
    // A day later: the entry keeps its day, so there is nothing new.
    let variables = HashMap::from([
        ("SOURCE_DATE_EPOCH".into(), "1763790400".into()),
        ("PATH".into(), "/usr/bin:/bin:/usr/local/bin".into()),
    ]);
    let mut setting = setting;
    setting.context = Context::with(setting.world.path(""), variables, Arc::new(|_| {}), Interrupt::default()).unwrap();
    let second = setting.run("1.2", true, true).await.unwrap();
    assert!(matches!(second.finished, Finished::Published(there) if there == commit), "{:?}", second.finished);
    // Dist-git has moved on meanwhile.
    setting.dist_git(&[("new", "x")]);
    let third = setting.run("1.2", true, true).await.unwrap();
    assert!(matches!(third.finished, Finished::Committed(_)), "{:?}", third.finished);
}

#[tokio::test]
async fn a_branch_that_has_it_already() {
    let setting = Setting::new("create_sync_note: false\n");
    let (_, done) = setting.update().await;
    let root = done.clone.root().to_str().unwrap();
    setting.world.git(root, &["push", "-q", "origin", "HEAD:rawhide"]);
    let again = setting.run("1.2", true, false).await.unwrap();
    assert!(matches!(again.finished, Finished::UpToDate), "{:?}", again.finished);
}

#[tokio::test]
async fn the_rules_for_versions() {
    for (config, version, is_masked, words) in [
        ("", "0.9", true, "which is newer than 0.9"),
        ("version_update_mask: '\\d+\\.\\d+'\n", "1.2", true, "not of the series of 1.1"),
        ("version_update_specifiers: '<1.2'\n", "1.2", true, "leaves version 1.2 out"),
    ] {
        let setting = Setting::new(config);
        let error = setting.run(version, is_masked, false).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Refused, "{config}");
        assert!(error.message().contains(words), "{}", error.message());
        assert_eq!(error.place().is_some(), !config.is_empty());
    }
    let setting = Setting::new("version_update_mask: '\\d+\\.\\d+'\n");
    setting.run("1.2", false, false).await.unwrap();
    assert_eq!(*setting.told.lock().unwrap(), ["the upstream spec file has version 1.1, which is older than 1.2"]);
}

#[tokio::test]
async fn a_list_is_exactly_the_list() {
    let setting =
        Setting::new("create_sync_note: false\nfiles_to_sync:\n  - {src: plans/, dest: tests/, mkpath: true}\n");
    let (_, done) = setting.update().await;
    assert_eq!(setting.files(&done), ".gitignore\nhello.spec\nsources\ntests/main.fmf");
    assert!(setting.file(&done, "hello.spec").contains("\nVersion: 1.2\n"));
}

#[tokio::test]
async fn the_changelog_of_upstream_where_that_is_wanted() {
    let setting = Setting::new("sync_changelog: true\n");
    let (_, done) = setting.update().await;
    assert_eq!(setting.file(&done, "hello.spec"), UPSTREAM_SPEC.trim_end());
}

#[tokio::test]
async fn the_description_of_the_release_where_that_is_wanted() {
    let setting = Setting::new("copy_upstream_release_description: true\n");
    let (_, done) = setting.update().await;
    let spec = setting.file(&done, "hello.spec");
    assert!(spec.contains("- 1.2-1\n * news\n- Resolves: rhbz#7\n\n* Tue"), "{spec}");
}

#[tokio::test]
async fn a_package_without_a_spec_file_in_dist_git() {
    let setting = Setting::new("");
    fs::remove_file(setting.world.path("work/hello.spec")).unwrap();
    setting.dist_git(&[]);
    let (_, done) = setting.update().await;
    let spec = setting.file(&done, "hello.spec");
    assert!(
        spec.contains("- Update to version 1.2\n- Resolves: rhbz#7\n\n* Tue Nov 14 2023 Up <u@h> - 1.1-1\n"),
        "{spec}"
    );
    assert_eq!(done.begun.previous_version, None);
    assert!(setting.told.lock().unwrap().iter().any(|told| told.contains("dist-git has no `hello.spec` yet")));
}

#[tokio::test]
async fn a_spec_file_that_leads_out_is_not_written() {
    let setting = Setting::new("");
    setting.world.write("outside", DIST_GIT_SPEC);
    fs::remove_file(setting.world.path("work/hello.spec")).unwrap();
    std::os::unix::fs::symlink(setting.world.path("outside"), setting.world.path("work/hello.spec")).unwrap();
    setting.dist_git(&[]);
    let error = setting.run("1.2", true, false).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    assert_eq!(setting.world.read("outside"), DIST_GIT_SPEC);
    // One that stays inside gives way, and what it leads to is left alone.
    fs::remove_file(setting.world.path("work/hello.spec")).unwrap();
    std::os::unix::fs::symlink("real.spec", setting.world.path("work/hello.spec")).unwrap();
    setting.dist_git(&[("real.spec", DIST_GIT_SPEC)]);
    let (_, done) = setting.update().await;
    assert_eq!(setting.file(&done, "real.spec"), DIST_GIT_SPEC.trim_end());
    assert!(setting.file(&done, "hello.spec").contains("Version: 1.2"));
}

#[tokio::test]
async fn actions_run_in_the_release_with_their_variables_and_in_their_order() {
    let show = |name: &str, variables: &str| {
        format!("  {name}:\n    - [bash, -c, 'echo {name} $PACKIT_PROJECT_VERSION {variables} >> $LOG_OF_TEST']\n")
    };
    let log = "dir=$(basename $PWD) down=$(test -e $PACKIT_DOWNSTREAM_REPO/sources && echo yes) up=$(test $PACKIT_UPSTREAM_REPO = $PWD && echo yes)";
    let mut config = "actions:\n".to_owned();
    for name in ["post-upstream-clone", "pre-sync", "post-modifications"] {
        config += &show(name, log);
    }
    config += &show(
        "changelog-entry",
        "$PACKIT_RESOLVED_BUGS $PACKIT_PROJECT_UPSTREAM_TAG from=$PACKIT_PROJECT_PREVIOUS_VERSION",
    )
    .replace("']\n", "; echo \"- by the action\"']\n");
    config += &show("commit-message", "$PACKIT_UPSTREAM_TAG ${#PACKIT_UPSTREAM_COMMIT} $PACKIT_RESOLVED_BUGS")
        .replace("']\n", "; echo noise; echo \"$PACKIT_DEBUG_DIVIDER\"; echo Title; echo; echo Body']\n");
    let setting = Setting::new("");
    let file = setting.world.path("log");
    let config = config.replace("$LOG_OF_TEST", file.to_str().unwrap());
    // The configuration is the one that the user has, and works on the files of the release.
    setting.world.write("upstream/.packit.yaml", &format!("{CONFIG}{config}"));
    let (_, done) = setting.update().await;
    assert_eq!(
        setting.world.read("log"),
        "post-upstream-clone 1.2 dir=upstream down=yes up=yes\n\
         pre-sync 1.2 dir=upstream down=yes up=yes\n\
         commit-message 1.2 v1.2 8 rhbz#7\n\
         changelog-entry 1.2 rhbz#7 v1.2 from=1.0\n\
         post-modifications 1.2 dir=upstream down=yes up=yes\n"
    );
    assert!(setting.file(&done, "hello.spec").contains("- 1.2-1\n- by the action\n\n* Tue"));
    assert_eq!(done.begun.message, Message { title: "Title".into(), body: "Body".into() });
}

#[tokio::test]
async fn prepare_files_takes_the_place_of_the_spec_update() {
    let setting = Setting::new(
        "actions:\n  prepare-files:\n    - [bash, -c, 'echo prepared > $PACKIT_DOWNSTREAM_REPO/prepared']\n",
    );
    let (_, done) = setting.update().await;
    assert_eq!(setting.file(&done, "prepared"), "prepared");
    assert_eq!(setting.file(&done, "hello.spec"), UPSTREAM_SPEC.trim_end(), "the copy includes the spec");
}

#[tokio::test]
async fn the_last_commit_must_be_signed_where_dist_git_wants_it() {
    let setting = Setting::new("");
    let config = |keys: &str| format!("downstream_package_name: hello\n{keys}");
    setting.dist_git(&[(".packit.yaml", &config("allowed_gpg_keys: ['0123456789ABCDEF0123456789ABCDEF01234567']\n"))]);
    let error = setting.run("1.2", true, false).await.unwrap_err();
    assert_eq!((error.kind(), error.causes()), (Kind::Refused, &["it is not signed".to_owned()][..]));
    // Nobody knows what a broken one wants.
    setting.dist_git(&[(".packit.yaml", &config("allowed_gpg_keys: {}\n"))]);
    let error = setting.run("1.2", true, false).await.unwrap_err();
    assert!(error.message().contains("which keys may sign the commits of `rawhide`"), "{}", error.message());
    setting.dist_git(&[(".packit.yaml", &config("no_such_key: 1\n"))]);
    setting.run("1.2", true, false).await.unwrap();
}

#[tokio::test]
async fn commits_of_source_git_become_patches() {
    let mut setting = Setting::new("");
    let world = &setting.world;
    world.git("upstream", &["stash", "-q"]);
    world.git("upstream", &["checkout", "-q", "-B", "source-git", "v1.2"]);
    for (number, name) in ["first", "second"].iter().enumerate() {
        world.write("upstream/code.c", &format!("{number}\n"));
        world.git("upstream", &["add", "-A"]);
        world.git("upstream", &["commit", "-q", "-m", &format!("The {name}")]);
    }
    world.git("upstream", &["tag", "-f", "base", "v1.2"]);
    world.git("upstream", &["tag", "-f", "v1.2", "HEAD"]);
    setting.upstream_ref = Some("base".to_owned());
    let (_, done) = setting.update().await;
    let files = "0001-The-first.patch\n0002-The-second.patch";
    assert!(setting.files(&done).contains(files), "{}", setting.files(&done));
    let spec = setting.file(&done, "hello.spec");
    assert!(spec.contains(":  0001-The-first.patch\n") || spec.contains(": 0001-The-first.patch\n"), "{spec}");
    let head = setting.world.git("upstream", &["rev-parse", "v1.2"]);
    assert!(done.begun.message.text().ends_with(&format!("\n\nFrom-source-git-commit: {head}\n")));
    // One that says the same in other bytes stays as it is in dist-git.
    let old = setting.file(&done, "0001-The-first.patch").replace("Subject: ", "X-Older: yes\nSubject: ") + "\n";
    setting.dist_git(&[("0001-The-first.patch", &old), ("0002-The-second.patch", "another\n")]);
    let (_, done) = setting.update().await;
    assert_eq!(setting.file(&done, "0001-The-first.patch"), old.trim_end());
    assert!(setting.file(&done, "0002-The-second.patch").contains("Subject: "));
}

#[tokio::test]
async fn in_place_what_is_the_users_stays() {
    let mut setting = Setting::new("");
    setting.world.user_clone();
    setting.place = ClonePlace::InPlace(setting.world.path("theirs"));
    let (_, done) = setting.update().await;
    assert_eq!(setting.files(&done), ".gitignore\n.packit.yaml\nREADME.packit\nhello.spec\nsources");
    assert_eq!(setting.world.read("theirs/mine") + &setting.world.read("theirs/mine.tar.gz"), "mine\nmine\n");
    assert_eq!(setting.world.git("theirs", &["branch", "--show-current"]), "rawhide-update");
}

#[tokio::test]
async fn a_clone_of_the_user_stays_as_it_is_whether_the_update_is_made_or_not() {
    for config in ["", "version_update_specifiers: '<1'\n", "actions: {post-modifications: 'false'}\n"] {
        let setting = Setting::new(config);
        setting.world.user_clone();
        setting.world.write("theirs/hello.spec", "changed\n");
        let before = setting.world.state("theirs");
        assert_eq!(setting.run("1.2", true, false).await.is_ok(), config.is_empty());
        assert_eq!(setting.world.state("theirs"), before, "{config}");
        assert_eq!(setting.world.read("theirs/hello.spec"), "changed\n");
    }
}
