//! What a token says of itself.

use crate::finding::Finding;
use crate::time::UnixTime;
use crate::value::Value;

/// What kind of token it is, by its form and claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Made by the TokenRequest API: claim `kubernetes.io`.
    ServiceAccount,
    /// From a Secret of type `kubernetes.io/service-account-token`: it does not end.
    LegacyServiceAccount,
    /// Another JSON Web Token, of OpenID Connect for example.
    Jwt,
    /// Anything else: only the server knows what it means.
    Opaque,
}

impl Kind {
    /// `service-account`, `legacy-service-account`, `jwt` or `opaque`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::ServiceAccount => "service-account",
            Kind::LegacyServiceAccount => "legacy-service-account",
            Kind::Jwt => "jwt",
            Kind::Opaque => "opaque",
        }
    }
}

/// What a token says of itself. None of it is verified.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its kind.
    pub kind: Kind,
    /// Claim `sub`; for a bootstrap token the user that it makes.
    pub subject: Option<String>,
    /// Namespace of the service account.
    pub namespace: Option<String>,
    /// Name of the service account.
    pub service_account: Option<String>,
    /// Kind and name of the object that it ends with.
    pub bound_to: Option<(&'static str, String)>,
    /// Claim `aud`, one or several.
    pub audiences: Vec<String>,
    /// Claim `iss`.
    pub issuer: Option<String>,
    /// Claim `jti`: Kubernetes' credential id `JTI=…`.
    pub id: Option<String>,
    /// Header `alg`, as it is there.
    pub algorithm: Option<String>,
    /// Claims `iat`, `nbf`, `exp`, where they are instants.
    pub times: [Option<UnixTime>; 3],
    /// Every claim: its name, and its value as it was written, cut where it is long.
    pub claims: Vec<(String, String)>,
    /// What is odd about it; the first says that nothing is verified.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The report as JavaScript sees it (`TokenReport` in types.ts).
    #[must_use]
    pub fn to_value(&self) -> Value {
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let time = |index: usize| self.times[index].map(|time| time.to_iso().into());
        let claim =
            |(name, value): &(String, String)| Value::map([("name", Some(name.as_str().into())), ("value", Some(value.as_str().into()))]);
        let bound =
            self.bound_to.as_ref().map(|(kind, name)| Value::map([("kind", Some((*kind).into())), ("name", Some(name.as_str().into()))]));
        Value::map([
            ("kind", Some(self.kind.as_str().into())),
            ("subject", text(&self.subject)),
            ("namespace", text(&self.namespace)),
            ("serviceAccount", text(&self.service_account)),
            ("boundTo", bound),
            ("audiences", Some(Value::strings(&self.audiences))),
            ("issuer", text(&self.issuer)),
            ("id", text(&self.id)),
            ("algorithm", text(&self.algorithm)),
            ("issuedAt", time(0)),
            ("notBefore", time(1)),
            ("expiresAt", time(2)),
            ("claims", Some(Value::List(self.claims.iter().map(claim).collect()))),
            ("findings", Some(Value::findings(&self.findings))),
        ])
    }

    /// Whether the server that answered `who` (`kubernetes::identity::who_am_i`) saw this token: by the
    /// credential's id where it gives one; by the user where only that can differ. `None` where it cannot be told.
    #[must_use]
    pub fn seen_by(&self, who: &Value) -> Option<bool> {
        if let Some(id) = who.text(&["credential", "id"]) {
            return Some(who.text(&["credential", "kind"]) == Some("token") && self.id.as_deref() == Some(id));
        }
        // Every TokenRequest token has an id, and servers since 1.32 repeat it; older ones do not.
        let (namespace, name) = (self.namespace.as_deref()?, self.service_account.as_deref()?);
        let user = format!("system:serviceaccount:{namespace}:{name}");
        (who.text(&["user"]) != Some(user.as_str())).then_some(false)
    }

    /// When it ends, by its own word.
    #[must_use]
    pub fn expires_at(&self) -> Option<UnixTime> {
        self.times[2]
    }
}
