use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The realm of all tests.
pub const REALM: &str = "TEST.EXAMPLE";

/// The modules of Apache, on Debian and on Fedora.
const MODULES: [&str; 3] = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules"];

/// A program of the system: those of administrators are not on everybody's search path.
#[track_caller]
fn program(names: &[&str]) -> PathBuf {
    let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
    let found = names.iter().find_map(|name| which::which_in(name, Some(&path), "/").ok());
    found.unwrap_or_else(|| panic!("{} is not installed: `make test` installs what the tests need", names.join(" or ")))
}

/// Runs a daemon until nobody holds the standard input any more: it ends even with a test that is killed. Apache tells its whole
/// process group to end, which is why it has one of its own, and why the shell waits a second time.
const WATCHED: &str =
    r#"trap : TERM; exec 3<&0; "$@" 3<&- & daemon=$!; (read _ <&3; kill $daemon) & wait $daemon; wait $daemon"#;

/// A running daemon, which ends with the test.
struct Daemon(Child);

impl Daemon {
    /// Starts the program on a free port until it answers there. Between the search for a port and the start somebody else may
    /// take it: then another is tried.
    #[track_caller]
    fn start(log: &Path, mut command: impl FnMut(u16) -> Vec<OsString>, variables: &[(&str, OsString)]) -> (Self, u16) {
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let out = fs_err::OpenOptions::new().create(true).append(true).open(log).unwrap().into_file();
            let mut shell = Command::new("sh");
            shell.args(["-c", WATCHED, "sh"]).args(command(port)).envs(variables.iter().cloned()).process_group(0);
            let shell = shell.stdin(Stdio::piped()).stdout(out.try_clone().unwrap()).stderr(out).spawn();
            let mut daemon = Self(shell.unwrap());
            let begun = Instant::now();
            while daemon.0.try_wait().unwrap().is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return (daemon, port);
                }
                assert!(
                    begun.elapsed() < Duration::from_secs(20),
                    "a daemon does not answer: {}",
                    fs_err::read_to_string(log).unwrap()
                );
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        panic!("a daemon does not start: {}", fs_err::read_to_string(log).unwrap());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

/// A realm of its own with a real KDC of MIT Kerberos on the loopback interface.
pub struct Kdc {
    folder: TempDir,
    daemon: Option<Daemon>,
}

impl Kdc {
    /// A KDC that knows the service `HTTP/localhost` and the user `ann`, whose key is in [`Kdc::keytab`].
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("kdc-").tempdir().unwrap();
        // Apache reads its keytab as another user where the tests are run by root.
        fs_err::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let mut kdc = Self { folder, daemon: None };
        kdc.configure(1);
        let mut create = kdc.command("kdb5_util");
        run(create.args(["create", "-s", "-P", "master"]));
        kdc.admin(&[
            "addprinc -randkey HTTP/localhost",
            &format!("ktadd -k {} HTTP/localhost", kdc.path("http.keytab").display()),
        ]);
        fs_err::set_permissions(kdc.path("http.keytab"), PermissionsExt::from_mode(0o644)).unwrap();
        kdc.add_user("ann");
        let (daemon, _) = Daemon::start(
            &kdc.path("kdc.log"),
            |port| {
                kdc.configure(port);
                let pid = kdc.path("kdc.pid");
                vec![program(&["krb5kdc"]).into(), "-n".into(), "-P".into(), pid.into()]
            },
            &kdc.variables(),
        );
        kdc.daemon = Some(daemon);
        kdc
    }

    /// Writes the files of the configuration for a KDC at this port.
    pub fn configure(&self, port: u16) {
        let log = self.path("kdc.log");
        let client = format!(
            "[libdefaults]\n default_realm = {REALM}\n dns_canonicalize_hostname = false\n rdns = false\n\
             \x20dns_lookup_kdc = false\n dns_lookup_realm = false\n udp_preference_limit = 1\n\
             [realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{port}\n }}\n\
             [domain_realm]\n localhost = {REALM}\n 127.0.0.1 = {REALM}\n"
        );
        fs_err::write(self.config(), client).unwrap();
        let server = format!(
            "[kdcdefaults]\n kdc_listen = \"\"\n kdc_tcp_listen = 127.0.0.1:{port}\n\
             [realms]\n {REALM} = {{\n  database_name = {0}/principal\n  key_stash_file = {0}/stash\n  max_life = 1d\n }}\n\
             [logging]\n kdc = FILE:{1}\n admin_server = FILE:{1}\n default = FILE:{1}\n",
            self.folder.path().display(),
            log.display(),
        );
        fs_err::write(self.path("kdc.conf"), server).unwrap();
    }

    /// A path below the KDC's folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    /// The file for `KRB5_CONFIG`.
    pub fn config(&self) -> PathBuf {
        self.path("krb5.conf")
    }

    /// Calls of `kadmin.local`.
    #[track_caller]
    pub fn admin(&self, calls: &[&str]) {
        let mut command = self.command("kadmin.local");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all((calls.join("\n") + "\n").as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // It ends well whatever happened.
        let failed = said.lines().any(|line| line.contains(" while ") || line.contains("Unknown request"));
        assert!(output.status.success() && !failed, "{calls:?}: {said}");
    }

    /// Adds a user, whose key is put into [`Kdc::keytab`].
    pub fn add_user(&self, name: &str) {
        self.admin(&[
            &format!("addprinc -randkey {name}"),
            &format!("ktadd -k {} {name}", self.keytab(name).display()),
        ]);
    }

    /// The keytab of a user.
    pub fn keytab(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}.keytab"))
    }

    /// A new cache with a ticket of a user, as `KRB5CCNAME` takes it, for as long as `kinit -l` is told.
    #[track_caller]
    pub fn ticket(&self, name: &str, lifetime: &str) -> String {
        let cache = format!("FILE:{}", self.path(&format!("{name}-{lifetime}.cache")).display());
        self.ticket_in(&cache, name, lifetime);
        cache
    }

    /// Puts such a ticket into a cache or a collection of caches.
    #[track_caller]
    pub fn ticket_in(&self, cache: &str, name: &str, lifetime: &str) {
        let mut kinit = self.command("kinit");
        kinit.env("KRB5CCNAME", cache).arg(format!("{name}@{REALM}")).args(["-l", lifetime, "-k", "-t"]);
        run(kinit.arg(self.keytab(name)));
    }

    /// Ends the KDC; its files stay.
    pub fn stop(&mut self) {
        self.daemon = None;
    }

    /// A program of Kerberos, with the configuration of this realm.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(program(&[name]));
        command.envs(self.variables()).stdin(Stdio::null());
        command
    }

    fn variables(&self) -> Vec<(&'static str, OsString)> {
        let files = [("KRB5_CONFIG", self.config().into()), ("KRB5_KDC_PROFILE", self.path("kdc.conf").into())];
        files.into_iter().chain([("KRB5CCNAME", "FILE:/nonexistent".into()), ("LC_ALL", "C".into())]).collect()
    }
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// What Apache answered.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answered {
    /// The value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A real Apache on the loopback interface with a script that only those may call who log in by Kerberos.
pub struct Apache {
    folder: TempDir,
    _daemon: Daemon,
    port: u16,
}

impl Apache {
    /// An Apache that runs `script` (a CGI with its `#!` line) for `/protected`, for users of the realm only, and for `/open`, for
    /// everybody but where a part of the path is `gssapi_login`, as on a Copr server. The script gets the name of a folder that is its own in `DATA`, the user in `REMOTE_USER`. What lies in
    /// `files` of that folder is served below `/files`.
    #[track_caller]
    pub fn new(kdc: &Kdc, script: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("apache-").tempdir().unwrap();
        let path = |below: &str| folder.path().join(below);
        fs_err::create_dir_all(path("data/files")).unwrap();
        // Apache becomes another user where the tests are run by root.
        for (below, mode) in [("", 0o755), ("data", 0o777), ("data/files", 0o777)] {
            fs_err::set_permissions(path(below), PermissionsExt::from_mode(mode)).unwrap();
        }
        fs_err::write(path("script"), script).unwrap();
        fs_err::set_permissions(path("script"), PermissionsExt::from_mode(0o755)).unwrap();
        // A token that was used is known there, and to this server alone.
        let replays = OsString::from(format!("file2:{}", path("data/replays").display()));
        let variables = kdc.variables().into_iter().chain([("KRB5RCACHENAME", replays)]).collect::<Vec<_>>();
        let (daemon, port) = Daemon::start(
            &path("log"),
            |port| {
                fs_err::write(path("httpd.conf"), configuration(folder.path(), kdc, port)).unwrap();
                let file = path("httpd.conf").into();
                vec![program(&["apache2", "httpd"]).into(), "-DFOREGROUND".into(), "-f".into(), file]
            },
            &variables,
        );
        Self { folder, _daemon: daemon, port }
    }

    /// The URL of a path that begins with a slash. The name of the host is that of the service.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// The folder of the script.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What Apache has said so far, for messages of tests.
    pub fn log(&self) -> String {
        fs_err::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Gets a path, with a header `Authorization` where one is given.
    #[track_caller]
    pub fn get(&self, path: &str, authorization: Option<&str>) -> Answered {
        let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", self.port)).unwrap());
        let login = authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
        let request = format!("GET {path} HTTP/1.0\r\nHost: localhost:{}\r\n{login}\r\n", self.port);
        stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let mut body = String::new();
        stream.read_to_string(&mut body).unwrap();
        Answered { status, headers, body }
    }
}

fn configuration(folder: &Path, kdc: &Kdc, port: u16) -> String {
    let modules = MODULES.iter().map(Path::new).find(|folder| folder.join("mod_auth_gssapi.so").exists());
    let modules =
        modules.unwrap_or_else(|| panic!("mod_auth_gssapi is not installed: `make test` installs what the tests need"));
    // What one distribution builds in is a module in another.
    let load: String = [
        "unixd",
        "log_config",
        "mpm_prefork",
        "authn_core",
        "authz_core",
        "authz_user",
        "env",
        "alias",
        "cgi",
        "auth_gssapi",
    ]
    .map(|name| {
        let file = modules.join(format!("mod_{name}.so"));
        format!("<IfModule !mod_{name}.c>\nLoadModule {name}_module {}\n</IfModule>\n", file.display())
    })
    .concat()
    .replace("mod_mpm_prefork.c", "prefork.c");
    let user = if rustix::process::geteuid().is_root() { "User #65534\nGroup #65534\n" } else { "" };
    format!(
        "Listen 127.0.0.1:{port}\nServerName localhost:{port}\n{load}{user}\
         PidFile {0}/pid\nErrorLog {0}/log\nDefaultRuntimeDir {0}\nMutex sem\nLogLevel warn auth_gssapi:debug\n\
         StartServers 2\nMinSpareServers 1\nMaxSpareServers 2\n\
         SetEnv DATA {0}/data\n\
         ScriptAlias /protected {0}/script\nScriptAlias /open {0}/script\nAlias /files {0}/data/files\n\
         <Directory />\nRequire all denied\n</Directory>\n\
         <Directory {0}>\nRequire all granted\n</Directory>\n\
         <LocationMatch \"^/protected|/gssapi_login/\">\nAuthType GSSAPI\nAuthName Kerberos\nGssapiCredStore keytab:{1}\nGssapiAllowedMech krb5\n\
         GssapiLocalName Off\nRequire valid-user\n</LocationMatch>\n",
        folder.display(),
        kdc.path("http.keytab").display(),
    )
}
