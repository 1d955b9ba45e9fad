//! What a link contains. Anyone can write one, so everything in it is checked, and nothing is sent to find out more.

use super::objects::{NAMESPACE, account};
use super::terms::{Terms, TermsOptions};
use crate::encoding::json;
use crate::error::{Code, Error, Result};
use crate::finding::{Finding, FindingCode};
use crate::kubernetes::cluster::ClusterOptions;
use crate::kubernetes::csr::signer;
use crate::kubernetes::names::is_label;
use crate::options::options;
use crate::time::UnixTime;
use crate::token;
use crate::value::Value;
use zeroize::Zeroizing;

/// A request of 256 groups with long names, a CA bundle and a token fit.
const MAX_LINK: usize = 64 << 10;

options! {
    struct LinkOptions<'a> {
        user: &'a str = "user",
        groups: Option<Vec<&'a str>> = "groups",
        expiration_seconds: Option<Value> = "expirationSeconds",
        cluster: ClusterOptions<'a> = "cluster",
        api: Option<&'a str> = "api",
        invited_by: Option<&'a str> = "invitedBy",
        token: &'a str = "token",
    }
}

struct Link {
    terms: Terms,
    token: Zeroizing<String>,
    /// Of the service account and of the request.
    name: String,
    expires: UnixTime,
}

impl Link {
    /// Reads the JSON of a link. Name and expiry are those of the token: the link has no words of its own for them.
    fn read(text: &[u8], now: UnixTime) -> Result<Link> {
        let damaged = || {
            Error::new(
                Code::InvalidInvitation,
                "This invitation is damaged or was not made by kubecred. Copy the whole link, or ask for a new one.",
            )
        };
        let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= MAX_LINK).ok_or_else(damaged)?;
        let document = json::read(text).filter(|document| document.duplicates.is_empty()).ok_or_else(damaged)?;
        let LinkOptions { user, groups, expiration_seconds, cluster, api, invited_by, token: given } =
            document.value.read("invitation").map_err(|_| damaged())?;
        let token = token::clean(given.as_bytes()).map_err(|_| damaged())?;
        let claims = token::read(token.as_bytes(), now).map_err(|_| damaged())?;
        let expires = claims.expires_at();
        let name = claims.service_account.filter(|name| claims.namespace.as_deref() == Some(NAMESPACE) && is_label(name));
        let (Some(name), Some(expires), true) = (name, expires, *token == *given) else { return Err(damaged()) };
        // The same checks as for the administrator, with one code: what is wrong is the link.
        let terms = Terms::read(TermsOptions { user, groups, expiration_seconds, cluster, api, invited_by })
            .map_err(|error| Error::new(Code::InvalidInvitation, error.message().to_owned()).with_details(error.details().to_vec()))?;
        Ok(Link { terms, token, name, expires })
    }

    /// All that it says, and with what the request is submitted.
    fn report(&self) -> Value {
        let mut report = self.terms.to_value();
        report.set("name", self.name.as_str().into());
        report.set("serviceAccount", account(&self.name).into());
        report.set("expiresAt", self.expires.to_iso().into());
        let requested = Value::map([
            ("name", Some(self.name.as_str().into())),
            ("signerName", Some(signer::CLIENT.into())),
            ("expirationSeconds", Some(Value::Number(self.terms.lifetime))),
        ]);
        report.set("requested", requested);
        report
    }
}

/// The report on a link, without its token (`InvitationReport` in types.ts).
///
/// # Errors
/// [`Code::InvalidInvitation`].
pub fn read(text: &[u8], now: UnixTime) -> Result<Value> {
    let link = Link::read(text, now)?;
    let expired = link.expires <= now;
    let mut findings = vec![
        Finding::notice(
            FindingCode::InvitationNotVerified,
            "Nothing in an invitation is signed: anyone can write one. Compare the address, the user and the sender with what you were told before you continue.",
        ),
        Finding::notice(
            FindingCode::InvitationLinkSecret,
            format!(
                "Anyone who has this link can submit certificate requests and read the request {}, until {}. The link gives access to nothing else, and without an approval there is no certificate. Do not pass it on.",
                link.name,
                link.expires.to_iso()
            ),
        ),
    ];
    if expired {
        findings.push(Finding::error(FindingCode::InvitationExpired, expired_on(link.expires)));
    }
    findings.extend(link.terms.findings(now)?);
    let mut report = link.report();
    report.set("expired", expired.into());
    report.set("findings", Value::findings(&findings));
    Ok(report)
}

/// The same with the token, to accept the invitation.
///
/// # Errors
/// [`Code::InvalidInvitation`], [`Code::InvitationExpired`].
pub fn open(text: &[u8], now: UnixTime) -> Result<Value> {
    let link = Link::read(text, now)?;
    if link.expires <= now {
        return Err(Error::new(Code::InvitationExpired, expired_on(link.expires)));
    }
    let mut opened = link.report();
    opened.set("token", link.token.as_str().into());
    Ok(opened)
}

fn expired_on(time: UnixTime) -> String {
    format!("The invitation expired on {}. Check the clock of this computer, or ask for a new invitation.", time.to_iso())
}
