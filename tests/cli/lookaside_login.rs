//! Uploads to the lookaside cache with a login by Kerberos: a real KDC, and a real Apache that takes each token once.

use std::process::Command;
use std::sync::Arc;

use packit::checksum::Algorithm;
use packit::context::Context;
use packit::error::{Error, Result};
use packit::interrupt::Interrupt;
use packit::services::negotiate::Negotiate;
use packit::services::{Address, Client, Login, Lookaside, Settings};

use crate::support::{Apache, Kdc};

/// As much of `upload.cgi` as an upload that succeeds needs.
const SCRIPT: &str = r#"#!/bin/sh
echo "$REMOTE_USER" >> "$DATA/files/visitors"
printf 'Content-Type: text/plain\n\n'
body="$DATA/body.$$"
tr -d '\r' > "$body"
value() { grep -a -A2 "name=\"$1\"" "$body" | sed -n 3p; }
if grep -aq 'name="filename"' "$body"; then
    echo Missing
else
    file=$(grep -ao 'filename="[^"]*"' "$body" | cut -d'"' -f2)
    into="$DATA/files/$(value name)/$file/sha512/$(value sha512sum)"
    mkdir -p "$into" && cp "$body" "$into/$file" && echo "File $file stored OK"
fi
"#;

/// What the test below runs in a process of its own, because the Kerberos library reads the environment of its process.
#[test]
#[ignore = "run by another test"]
fn child() {
    let context = Context::new(Arc::new(|_| ()), Interrupt::default()).unwrap();
    let variable = |name: &str| context.variable(name).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let said = runtime.block_on(async {
        let script = Address::parse(&variable("SCRIPT"))?;
        let login = login(&context, &variable("LOGIN"), &script).await?;
        let (download, upload) = (variable("FILES"), Some(variable("SCRIPT")));
        let cache = Lookaside { download, upload, algorithm: Algorithm::Sha512, name: "rpms/hello".to_owned(), login };
        let file = cache.measured(variable("FILE").as_ref())?;
        cache.upload(&context, &Client::new(Settings::default()), &file).await
    });
    match said {
        Ok(said) => println!("\ngot {said:?}"),
        Err(error) => println!("\nfailed {}", words(&error)),
    }
}

async fn login(context: &Context, kind: &str, script: &Address) -> Result<Login> {
    let negotiate = Negotiate::new(None)?;
    let once = match kind {
        "once" => Some(negotiate.token(context, script).await?),
        _ => None,
    };
    Ok(Login::negotiate(move |context, address| {
        let (negotiate, once) = (negotiate.clone(), once.clone());
        async move {
            match once {
                Some(token) => Ok(token),
                None => negotiate.token(&context, &address).await,
            }
        }
    }))
}

fn words(error: &Error) -> String {
    format!("{:?}: {error} | {} | {}", error.kind(), error.causes().join(" | "), error.hints().join("; "))
}

/// What the child says of its upload, in one line.
fn says(kdc: &Kdc, apache: &Apache, ticket: &str, login: &str, name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs_err::write(&file, name).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "lookaside_login::child", "--ignored", "--nocapture"]).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap()).env("KRB5_CONFIG", kdc.config()).env("KRB5CCNAME", ticket);
    command.env("SCRIPT", apache.url("/protected")).env("FILES", apache.url("/files"));
    let output = command.env("FILE", &file).env("LOGIN", login).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let line = said.lines().find(|line| line.starts_with("got ") || line.starts_with("failed "));
    line.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn an_upload_logs_in_anew_with_each_request() {
    let kdc = Kdc::new();
    let apache = Apache::new(&kdc, SCRIPT);
    let visitors = || fs_err::read_to_string(apache.data().join("files/visitors")).unwrap_or_default();
    let ticket = kdc.ticket("ann", "1h");

    let said = says(&kdc, &apache, "FILE:/nonexistent/cache", "fresh", "a.tar.gz");
    assert!(said.starts_with("failed Environment: ") && said.contains("kinit"), "{said}");
    assert_eq!(visitors(), "");

    assert_eq!(says(&kdc, &apache, &ticket, "fresh", "a.tar.gz"), "got New", "{}", apache.log());
    assert_eq!(visitors(), "ann@TEST.EXAMPLE\n".repeat(2));

    // The same token a second time.
    let said = says(&kdc, &apache, &ticket, "once", "b.tar.gz");
    let told = "failed Service: `b.tar.gz` cannot be put into the lookaside cache | localhost:";
    assert!(said.starts_with(told) && said.contains("refused your Kerberos ticket"), "{said}");
    assert_eq!(visitors(), "ann@TEST.EXAMPLE\n".repeat(3));
    assert_eq!(says(&kdc, &apache, &ticket, "fresh", "b.tar.gz"), "got New", "{}", apache.log());
}
