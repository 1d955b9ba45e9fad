//! How dangerous it is to approve a request, by its findings: the one place that says so.

use crate::finding::{Finding, FindingCode, Level};
use crate::kubernetes::csr::signing_request::{Report, State};
use crate::value::Value;

/// What is to be thought of before an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nothing was found. That does not make the request one that is expected.
    NoneFound,
    /// Something to look at.
    Unusual,
    /// The certificate would give the identity of a component, great power or a name that looks like another; or the server refuses the request.
    Dangerous,
}

impl Risk {
    /// The word in `CsrStatus.risk`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Risk::NoneFound => "none-found",
            Risk::Unusual => "unusual",
            Risk::Dangerous => "dangerous",
        }
    }
}

/// By the code, for findings about what will be in the certificate.
fn of_request(finding: &Finding) -> Risk {
    match finding.code {
        FindingCode::UserReserved
        | FindingCode::UserIsServiceAccount
        | FindingCode::UserIsAnonymous
        | FindingCode::GroupClusterAdmins
        | FindingCode::GroupNodes
        | FindingCode::GroupReserved
        | FindingCode::GroupLooksReserved
        | FindingCode::InvisibleCharacters
        | FindingCode::LooksLikeAscii
        | FindingCode::ConfusableCharacters
        | FindingCode::MixedScripts
        | FindingCode::WeakKey => Risk::Dangerous,
        _ => by_level(finding.level),
    }
}

/// Findings about the object: that a signer refuses it, or that it has waited for long, makes its approval useless, not dangerous.
fn of_object(finding: &Finding) -> Risk {
    match finding.code {
        FindingCode::RequestStale => Risk::NoneFound,
        FindingCode::SignerFails => Risk::Unusual,
        _ => by_level(finding.level),
    }
}

fn by_level(level: Level) -> Risk {
    match level {
        Level::Error => Risk::Dangerous,
        Level::Warning => Risk::Unusual,
        Level::Notice => Risk::NoneFound,
    }
}

impl Report {
    /// The risk of approving it, and the codes of the findings that make it so; nothing where it is decided. `object`: what [`Report::findings`] gave.
    #[must_use]
    pub fn risk(&self, object: &[Finding]) -> Option<(Risk, Vec<FindingCode>)> {
        if !matches!(self.state, State::Pending | State::NotSubmitted) {
            return None;
        }
        let mut most = if self.request.accepted { Risk::NoneFound } else { Risk::Dangerous };
        let mut reasons = Vec::new();
        let in_request = self.request.findings.iter().map(|each| (each.code, of_request(each)));
        for (code, risk) in in_request.chain(object.iter().map(|each| (each.code, of_object(each)))) {
            if risk > most {
                most = risk;
                reasons.clear();
            }
            if risk == most && risk != Risk::NoneFound && !reasons.contains(&code) {
                reasons.push(code);
            }
        }
        Some((most, reasons))
    }

    /// The same as JavaScript sees it (`CsrStatus.risk` in types.ts).
    pub(crate) fn risk_value(&self, object: &[Finding]) -> Option<Value> {
        let (risk, reasons) = self.risk(object)?;
        let codes = Value::strings(reasons.iter().map(|code| code.as_str()));
        Some(Value::map([("level", Some(risk.as_str().into())), ("reasons", Some(codes))]))
    }
}
