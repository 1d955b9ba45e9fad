//! `token`: what can be read of it, until when it is valid, and whether it can be sent.
//!
//! Source: RFC 6750; [`crate::token`] reads what is inside.

use super::OMITTED_SENTENCE;
use crate::finding::{FindingCode, Level};
use crate::kubeconfig::cause;
use crate::kubeconfig::lint::{Linter, OMITTED, Spot};
use crate::time::UnixTime;
use crate::token;
use crate::value::Value;

/// What is told of a token.
#[derive(Default)]
pub(super) struct Token {
    pub(super) report: Option<Value>,
    /// The number of a report that it shares.
    pub(super) shared: Option<usize>,
    pub(super) ends: Option<UnixTime>,
}

impl Linter {
    pub(super) fn token(&mut self, spot: Spot<'_>) -> Token {
        let text = spot.body.text_of("token");
        let mut token = Token::default();
        if text.is_empty() {
            return token;
        }
        if OMITTED.contains(&text) {
            self.error(spot, "token", FindingCode::Omitted, OMITTED_SENTENCE);
            return token;
        }
        let opaque = token::is_plainly_opaque(text);
        if opaque && self.opaque.is_some() {
            token.shared = self.opaque;
            return token;
        }
        if self.token_characters(spot, text) {
            // What follows would be said of another token than this one.
        } else if text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
            self.error(
                spot,
                "token",
                FindingCode::TokenBearer,
                "The token begins with Bearer, which kubectl adds itself. Remove the word.",
            );
        }
        let Ok(report) = token::read(text.as_bytes(), self.now) else { return token };
        // That nothing of it is verified goes without saying in a list of what is wrong.
        for finding in report.findings.iter().filter(|finding| finding.code != FindingCode::NotVerified && finding.level != Level::Notice) {
            self.say(spot, "token", finding.clone());
        }
        token.ends = report.expires_at();
        if opaque {
            self.opaque = Some(self.shared(report.to_value()));
            token.shared = self.opaque;
        } else {
            token.report = Some(report.to_value());
        }
        token
    }

    /// Characters that cannot be sent, or that no server takes for a part of a token (RFC 6750, 2.1: `b64token`).
    fn token_characters(&mut self, spot: Spot<'_>, text: &str) -> bool {
        let mut error = |sentence: &str| self.error(spot, "token", FindingCode::TokenCharacters, sentence);
        if text.contains(|character: char| character.is_ascii_control() && character != '\t') {
            error("The token contains a line end or another control character. kubectl cannot send it in a header. Remove it.");
        } else if let Some(character) = text.chars().find(|character| !character.is_ascii()) {
            error(&format!(
                "The token contains a character that cannot be sent in a header (U+{:04X}). No server accepts it. Copy the token again.",
                u32::from(character)
            ));
        } else if text.trim_end().contains([' ', '\t']) && !text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
            error("The token contains white space. The API server reads it only up to there, and refuses it. Copy the token again.");
        } else {
            if text.ends_with([' ', '\t']) {
                self.warning(spot, "token", FindingCode::WhiteSpace, "There is white space behind the token. Remove it.");
            }
            if let Some((code, sentence)) = cause::of_text(text) {
                self.warning(spot, "token", code, sentence);
            }
            return false;
        }
        true
    }
}
