//! An answer over HTTP, and what else is known when it is explained.

use crate::time::UnixTime;
use crate::value::Value;

/// What came back over HTTP; the body parsed where it is JSON.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// HTTP status.
    pub status: u16,
    /// The JSON body; `None` where it is something else.
    pub body: Option<&'a Value>,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u32>,
}

/// What else is known when an answer is explained.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The answer is a page of HTML.
    pub page: bool,
    /// The token that was sent; its claims may tell why it was refused.
    pub token: Option<&'a str>,
    /// The time here.
    pub now: Option<UnixTime>,
}

impl<'a> Context<'a> {
    /// From the answer's text.
    #[must_use]
    pub fn new(text: &str, token: Option<&'a str>, now: UnixTime) -> Self {
        Context { page: text.trim_start_matches('\u{feff}').trim_start().starts_with('<'), token, now: Some(now) }
    }
}
