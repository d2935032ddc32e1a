use std::time::Duration;

use super::super::Answer;
use super::messages::{BUG, error, html};
use super::request::Request;

/// Something that goes wrong on the server, for some requests.
#[derive(Debug, Clone)]
pub struct Fault {
    pub(super) what: What,
    method: Option<String>,
    prefix: String,
    skip: usize,
    left: Option<usize>,
    /// Whether the server does what it was asked for, although it does not say so.
    pub(super) works: bool,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    /// This instead of the right answer.
    Answer(Answer),
    /// As `Answer`, and nothing of the body is read before it.
    Early(Answer),
    /// The text of 401, which names the server.
    NotLoggedIn,
    /// The connection is closed after so many bytes of the request's body.
    DropBody(u64),
    /// The connection is closed after so many bytes of the right answer's body.
    Cut(usize),
    /// After so many bytes of the right answer's body nothing comes any more.
    Stall(usize),
    /// The right answer, late.
    Slow(Duration),
}

/// All of them hit the next request only, whatever it is; see [`Fault::on`], [`Fault::times`] and [`Fault::always`].
impl Fault {
    fn new(what: What) -> Self {
        Self { what, method: None, prefix: "/".to_owned(), skip: 0, left: Some(1), works: false }
    }

    /// Any answer.
    pub fn answer(answer: Answer) -> Self {
        Self::new(What::Answer(answer))
    }

    /// 401 as the server says it.
    pub fn unauthorized() -> Self {
        Self::new(What::NotLoggedIn)
    }

    /// 403, 404, 409 or another status with this text.
    pub fn error(status: u16, text: &str) -> Self {
        Self::answer(error(status, text))
    }

    /// 500 as the application says it.
    pub fn bug() -> Self {
        Self::answer(error(500, BUG))
    }

    /// A page of the web server: 413, 500, 502, 503, 504.
    pub fn html(status: u16) -> Self {
        Self::answer(html(status))
    }

    /// A page with status 413, sent before the body was read.
    pub fn too_large() -> Self {
        Self::new(What::Early(html(413)))
    }

    /// 503 with the header Retry-After.
    pub fn unavailable(retry_after: &str) -> Self {
        Self::answer(html(503).header("Retry-After", retry_after))
    }

    /// 200 with a page where JSON should be.
    pub fn not_json() -> Self {
        Self::answer(
            Answer::ok("<html><body>Please log in to the hotel's network.</body></html>")
                .header("Content-Type", "text/html"),
        )
    }

    /// The request is read, then the connection is closed.
    pub fn closed() -> Self {
        Self::answer(Answer::closed())
    }

    /// The connection is closed after so many bytes of the request's body.
    pub fn upload_cut(count: u64) -> Self {
        Self::new(What::DropBody(count))
    }

    /// The connection is closed after so many bytes of the answer.
    pub fn cut(count: usize) -> Self {
        Self { works: true, ..Self::new(What::Cut(count)) }
    }

    /// The server goes silent after so many bytes of the answer.
    pub fn stalled(count: usize) -> Self {
        Self { works: true, ..Self::new(What::Stall(count)) }
    }

    /// The right answer, so much later.
    pub fn slow(time: Duration) -> Self {
        Self { works: true, ..Self::new(What::Slow(time)) }
    }

    /// Only requests of this method (`*`: any) whose path begins so.
    #[must_use]
    pub fn on(self, method: &str, prefix: &str) -> Self {
        Self { method: (method != "*").then(|| method.to_owned()), prefix: prefix.to_owned(), ..self }
    }

    /// So many requests.
    #[must_use]
    pub fn times(self, count: usize) -> Self {
        Self { left: Some(count), ..self }
    }

    /// Until [`super::Copr::clear_faults`].
    #[must_use]
    pub fn always(self) -> Self {
        Self { left: None, ..self }
    }

    /// The first so many requests that it could hit go well.
    #[must_use]
    pub fn after(self, count: usize) -> Self {
        Self { skip: count, ..self }
    }

    /// The server does what it was asked for; only its answer is not the right one.
    #[must_use]
    pub fn having_done_it(self) -> Self {
        Self { works: true, ..self }
    }

    fn hits(&self, request: &Request) -> bool {
        self.method.as_ref().is_none_or(|method| *method == request.method) && request.path.starts_with(&self.prefix)
    }
}

/// The fault that hits this request; it counts as used.
pub fn next(faults: &mut Vec<Fault>, request: &Request) -> Option<Fault> {
    let index = faults.iter().position(|fault| fault.hits(request) && fault.left != Some(0))?;
    let fault = &mut faults[index];
    if fault.skip > 0 {
        fault.skip -= 1;
        return None;
    }
    if let Some(left) = &mut fault.left {
        *left -= 1;
    }
    let hit = fault.clone();
    faults.retain(|fault| fault.left != Some(0));
    Some(hit)
}
