//! Who the API server takes the caller for (SelfSubjectReview).

use crate::error::{Code, Error, Result};
use crate::time::UnixTime;
use crate::value::Value;

/// What a caller is to the server, from a SelfSubjectReview: `{ user, groups, uid?, extra, credential? }`.
///
/// # Errors
/// [`Code::BadAnswer`] where it is not such a review.
pub fn who_am_i(review: &Value) -> Result<Value> {
    let info = review
        .at(&["status", "userInfo"])
        .ok_or_else(|| Error::new(Code::BadAnswer, "The answer is not a SelfSubjectReview. Check the address of the API server."))?;
    let user = info.text(&["username"]).unwrap_or_default();
    let extra = info.get("extra").cloned().unwrap_or(Value::Map(Vec::new()));
    let id = extra.texts(&["authentication.kubernetes.io/credential-id"]);
    let credential = id.first().and_then(|id| {
        let (kind, id) = match id.split_once('=')? {
            ("X509SHA256", id) => ("certificate", id),
            ("JTI", id) => ("token", id),
            _ => return None,
        };
        Some(Value::map([("kind", Some(kind.into())), ("id", Some(id.into()))]))
    });
    Ok(Value::map([
        ("user", Some(user.into())),
        ("groups", Some(Value::strings(info.texts(&["groups"])))),
        ("uid", info.text(&["uid"]).map(Value::from)),
        ("extra", Some(extra)),
        ("credential", credential),
    ]))
}

/// The same as [`who_am_i`], for a caller that sent a token: `tokenSeen` says whether the server saw this very one. A
/// proxy that logs in with a client certificate puts that in front, and the token is not looked at (measured 2026-11).
///
/// # Errors
/// Those of [`who_am_i`].
pub fn who_am_i_with(review: &Value, token: Option<&str>, now: UnixTime) -> Result<Value> {
    let mut who = who_am_i(review)?;
    let report = token.and_then(|token| crate::token::read(token.as_bytes(), now).ok());
    if let Some(seen) = report.and_then(|report| report.seen_by(&who)) {
        who.set("tokenSeen", seen.into());
    }
    Ok(who)
}
