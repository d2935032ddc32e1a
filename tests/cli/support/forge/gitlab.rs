use super::book::Book;
use crate::support::{Answer, Request};

pub(super) fn answer(_book: &mut Book, _request: &Request) -> Answer {
    Answer::new(404, "")
}
pub(super) fn refusal(status: u16) -> Answer {
    Answer::new(status, "")
}
