//! A release on its way to dist-git: upstream with a tag, a server with its archive, a forge with the package, the lookaside cache,
//! release monitoring and Bugzilla, all on the loopback interface.

use super::forge::ForgeServer;
use super::{Answer, Bugzilla, Lookaside, ReleaseMonitoring, Repository, Run, Server, World};

/// The content of the archive of a release: nobody unpacks it.
pub const ARCHIVE: &[u8] = b"\x1f\x8b\x08\x00the archive of hello";

/// The spec file upstream; the archive is at `SERVER`.
const UPSTREAM_SPEC: &str = "\
Name:           hello
Version:        1.1.0
Release:        1%{?dist}
Summary:        A trivial program
License:        MIT
Source0:        SERVER/hello-%{version}.tar.gz
BuildArch:      noarch

%description
Prints hello.

%prep
%autosetup

%files

%changelog
* Tue Nov 14 2023 Ann Author <ann@example.com> - 1.1.0-1
- Upstream's own entry
";

/// The spec file in dist-git before the update.
const DIST_GIT_SPEC: &str = "\
Name:           hello
Version:        1.0.0
Release:        3%{?dist}
Summary:        A trivial program
License:        MIT
Source0:        SERVER/hello-%{version}.tar.gz
BuildArch:      noarch

%description
Prints hello.

%prep
%autosetup

%files

%changelog
* Mon Nov 13 2023 Dora Downstream <dora@example.com> - 1.0.0-3
- Rebuilt
";

/// Everything around a release 1.1.0 of hello.
pub struct Release {
    pub world: World,
    pub forge: ForgeServer,
    /// Serves the archive.
    pub archives: Server,
    pub lookaside: Lookaside,
    pub monitoring: ReleaseMonitoring,
    pub bugzilla: Bugzilla,
}

impl Release {
    /// A package with these branches, the first of which is the default one, on a forge of the kind that the configuration calls `kind`.
    pub fn on(kind: &str, forge: ForgeServer, branches: &[&str]) -> Self {
        let mut world = World::new();
        let archives = Server::new(|request| match request.path.ends_with("/hello-1.1.0.tar.gz") {
            true => Answer::ok(ARCHIVE),
            false => Answer::new(404, "not here"),
        });
        let lookaside = Lookaside::new();
        let monitoring = ReleaseMonitoring::new();
        let bugzilla = Bugzilla::new([]);
        for (name, value) in [
            ("PACKIT_LOOKASIDE_URL", lookaside.download_url()),
            ("PACKIT_LOOKASIDE_UPLOAD_URL", lookaside.upload_url()),
            ("PACKIT_RELEASE_MONITORING_URL", monitoring.url()),
            ("PACKIT_BUGZILLA_URL", bugzilla.url()),
        ] {
            world.set(name, value);
        }
        // What the machine has in /etc/rpkg is none of a test's business.
        let none = world.path("etc/rpkg");
        world.set("PACKIT_RPKG_CONFIG_DIR", none);
        let base = forge.base();
        let user = format!("authentication:\n  \"{base}\":\n    type: {kind}\n    token: TOKEN_TESTER\n");
        fs_err::create_dir_all(world.path("home/.config")).unwrap();
        fs_err::write(world.path("home/.config/packit.yaml"), user).unwrap();
        let address = archives.url("");
        let address = address.trim_end_matches('/');
        {
            let package = world.repository("package");
            package.write("hello.spec", DIST_GIT_SPEC.replace("SERVER", address));
            let old = "0".repeat(128);
            package.write("sources", format!("SHA512 (hello-1.0.0.tar.gz) = {old}\n"));
            package.write(".gitignore", "/hello-1.0.0.tar.gz\n").commit("Import");
            package.git(&["branch", "-m", branches[0]]);
            for branch in &branches[1..] {
                package.git(&["branch", branch]);
            }
            forge.project("rpms/hello", &package.folder);
            let upstream = world.repository("upstream/hello");
            upstream.write("hello.spec", UPSTREAM_SPEC.replace("SERVER", address));
            upstream.write(
                ".packit.yaml",
                format!(
                    "specfile_path: hello.spec\nupstream_package_name: hello\ndownstream_package_name: hello\n\
                     dist_git_base_url: {base}/\ndist_git_namespace: rpms\n"
                ),
            );
            upstream.write("hello.c", "int main(void) { return 0; }\n").commit("Release 1.1.0").tag("1.1.0");
        }
        Self { world, forge, archives, lookaside, monitoring, bugzilla }
    }

    /// The upstream checkout.
    pub fn upstream(&self) -> Repository<'_> {
        Repository::at(&self.world, self.world.path("upstream/hello"))
    }

    /// Runs `packit propose-update` from outside on the upstream checkout, which must stay as it is.
    #[track_caller]
    pub fn propose(&self, arguments: &[&str]) -> Run {
        self.upstream().packit_from_outside(&[&["propose-update"], arguments].concat())
    }

    /// The spec file upstream.
    pub fn upstream_spec(&self) -> String {
        fs_err::read_to_string(self.upstream().path("hello.spec")).unwrap()
    }

    /// Changes a file of the upstream checkout, and moves the tag to it.
    pub fn release_again(&self, file: &str, content: &str) {
        let upstream = self.upstream();
        upstream.write(file, content).commit("Release again");
        upstream.git(&["tag", "--force", "--annotate", "--message", "1.1.0", "1.1.0"]);
    }

    /// Adds lines to the configuration, and moves the tag to it.
    pub fn configure(&self, lines: &str) {
        let old = fs_err::read_to_string(self.upstream().path(".packit.yaml")).unwrap();
        self.release_again(".packit.yaml", &(old + lines));
    }

    /// Adds lines to the user's configuration.
    pub fn configure_user(&self, lines: &str) {
        let file = self.world.path("home/.config/packit.yaml");
        let old = fs_err::read_to_string(&file).unwrap();
        fs_err::write(file, old + lines).unwrap();
    }

    /// Makes another commit on a branch of the package on the forge.
    pub fn in_dist_git(&self, branch: &str, change: impl Fn(&Repository<'_>)) {
        let package = Repository::at(&self.world, self.world.path("package"));
        package.git(&["checkout", "--quiet", branch]);
        change(&package);
        package.commit("Change");
        let to = self.forge.git_folder("rpms/hello").display().to_string();
        package.git(&["push", "--quiet", "--force", &to, branch]);
    }

    /// What git says of a project on the forge.
    #[track_caller]
    pub fn git(&self, project: &str, arguments: &[&str]) -> String {
        let mut git = self.world.command("git", self.forge.git_folder(project));
        let output = git.args(["-c", "safe.directory=*"]).args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A clone of the package, as somebody has it who works on it.
    pub fn dist_git_clone(&self) -> Repository<'_> {
        let clone = Repository::at(&self.world, self.world.path("clone"));
        let from = format!("{}/rpms/hello.git", self.forge.base());
        self.upstream().git(&["clone", "--quiet", &from, &clone.folder.display().to_string()]);
        clone
    }

    /// The methods of all requests to the forge, but for those by which git reads.
    pub fn forge_methods(&self) -> Vec<String> {
        let requests = self.forge.requests().into_iter();
        let reads = requests.filter(|request| !request.path.ends_with("/git-upload-pack"));
        reads.map(|request| request.method).collect()
    }

    /// A file of a branch of a project on the forge.
    pub fn file(&self, project: &str, branch: &str, name: &str) -> String {
        self.git(project, &["show", &format!("{branch}:{name}")])
    }
}
