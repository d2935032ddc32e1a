use super::*;
use crate::error::Kind;

#[test]
fn a_library_that_is_absent_or_another() {
    // The second is there, and has none of the functions.
    for file in ["libgssapi_krb5.so.999", "libc.so.6"] {
        let error = Negotiate::with_library(file, None).err().unwrap();
        assert_eq!(error.kind(), Kind::Environment);
        assert_eq!(error.message(), format!("the Kerberos library `{file}` cannot be opened"));
        assert!(!error.causes().is_empty());
        let hints = error.hints().join("; ");
        assert!(
            hints.contains("dnf install krb5-libs") && hints.contains("apt-get install libgssapi-krb5-2"),
            "{hints}"
        );
    }
    assert!(Negotiate::new(None).is_ok());
}

#[test]
fn every_refusal_has_a_mend() {
    let refusal = |routine, text: &str| Refusal {
        routine,
        of_call: vec!["Unspecified GSS failure".to_owned()],
        of_mechanism: vec![text.to_owned()],
    };
    for (text, kind, mend) in [
        ("Clock skew too great", Kind::Environment, "timedatectl"),
        ("Server HTTP/h@R not found in Kerberos database", Kind::Service, "domain_realm"),
        ("Cannot contact any KDC for realm 'R'", Kind::Service, "network"),
        ("Cannot find KDC for realm \"R\"", Kind::Service, "network"),
        ("KDC has no support for encryption type", Kind::Service, "kvno HTTP/h"),
        ("Something else", Kind::Service, "kvno HTTP/h"),
    ] {
        let refusal = refusal(gssapi::FAILURE, text);
        assert!(!failure::is_about_the_ticket(&refusal), "{text}");
        let error = failure::no_token("h", Some("me@R"), &refusal);
        assert_eq!(
            (error.kind(), error.causes()),
            (kind, &[text.to_owned(), "the ticket is that of me@R".to_owned()][..])
        );
        assert!(error.hints().join("").contains(mend), "{text}: {:?}", error.hints());
    }
    assert!(failure::is_about_the_ticket(&refusal(gssapi::FAILURE, "Ticket expired")));
    assert!(failure::is_about_the_ticket(&refusal(gssapi::NO_CREDENTIAL, "")));
}
