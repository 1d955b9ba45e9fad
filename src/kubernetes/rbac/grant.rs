//! How dangerous it is to grant manifests: what should not be given by one click.

use super::matrix::{Manifests, rules_of};
use super::risk;
use crate::error::Result;
use crate::finding::{FindingCode, Level};
use crate::options::choices;
use crate::value::Value;

choices! {
    /// Why a grant is dangerous, the most first.
    #[derive(Debug, PartialEq, Eq)]
    pub enum Danger {
        /// Control of the whole cluster for everyone, or for all of a kind.
        ControlForEveryone = "control-for-everyone",
        /// Control of the whole cluster.
        Control = "control",
        /// Permissions without a credential.
        Anonymous = "anonymous",
        /// Anything dangerous for everyone, or for all of a kind.
        DangerousForEveryone = "dangerous-for-everyone",
    }
}

/// What is known of a grant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantRisk {
    /// Nothing where the grant is ordinary. It may have warnings all the same.
    pub danger: Option<Danger>,
    /// The codes of the findings that make it dangerous.
    pub reasons: Vec<FindingCode>,
    /// The name to confirm: of the first subject that stands for everyone, else of the first subject.
    pub subject: String,
}

/// The binding names everyone, or all of a kind.
fn everyone(code: FindingCode) -> bool {
    matches!(
        code,
        FindingCode::SubjectAnonymous
            | FindingCode::SubjectEveryone
            | FindingCode::SubjectAllAccounts
            | FindingCode::SubjectNamespaceAccounts
    )
}

/// Across the cluster, each of these permits everything or leads to it.
fn control(code: FindingCode) -> bool {
    matches!(
        code,
        FindingCode::RoleClusterAdmin
            | FindingCode::Everything
            | FindingCode::WildcardVerbs
            | FindingCode::RbacEscalate
            | FindingCode::RbacBind
            | FindingCode::Impersonate
            | FindingCode::NodesProxy
            | FindingCode::SignersSign
    )
}

/// Judges what the manifests give, to whom.
///
/// # Errors
/// [`crate::Code::InvalidOptions`] where it is not an object or a list of objects.
pub fn grant(manifests: &Value) -> Result<GrantRisk> {
    let manifests = Manifests::read(manifests)?;
    let (people, subject) = people(&manifests);
    let (permissions, controls) = warnings(&manifests);
    let everyone = !people.is_empty();
    let danger = match (everyone, controls.is_empty()) {
        (true, false) => Danger::ControlForEveryone,
        (false, false) => Danger::Control,
        (true, true) if people.contains(&FindingCode::SubjectAnonymous) => Danger::Anonymous,
        (true, true) if !permissions.is_empty() => Danger::DangerousForEveryone,
        _ => return Ok(GrantRisk { subject, ..GrantRisk::default() }),
    };
    let mut reasons = Vec::new();
    for code in people.into_iter().chain(if everyone { permissions } else { controls }) {
        if !reasons.contains(&code) {
            reasons.push(code);
        }
    }
    Ok(GrantRisk { danger: Some(danger), reasons, subject })
}

/// The codes for subjects that are everyone, and the name to confirm.
fn people(manifests: &Manifests<'_>) -> (Vec<FindingCode>, String) {
    let (mut codes, mut first, mut name) = (Vec::new(), None, None);
    for subject in manifests.bindings().flat_map(|(_, _, binding)| binding.list(&["subjects"])) {
        let own = || subject.text(&["name"]).unwrap_or_default().to_owned();
        let code = risk::subject(subject, "").map(|finding| finding.code).filter(|code| everyone(*code));
        if let Some(code) = code {
            name.get_or_insert_with(own);
            codes.push(code);
        }
        first.get_or_insert_with(own);
    }
    (codes, name.or(first).unwrap_or_default())
}

/// The codes of all warnings about permissions, and of those that mean control of the cluster.
fn warnings(manifests: &Manifests<'_>) -> (Vec<FindingCode>, Vec<FindingCode>) {
    let (mut all, mut controls) = (Vec::new(), Vec::new());
    let mut add = |code, level, everywhere| {
        if level == Level::Warning {
            all.push(code);
            if everywhere && control(code) {
                controls.push(code);
            }
        }
    };
    for (_, everywhere, binding) in manifests.bindings() {
        let built_in = manifests.built_in_of(binding).and_then(|name| risk::built_in(name, "", everywhere));
        if let Some(finding) = built_in {
            add(finding.code, finding.level, everywhere);
        }
    }
    for (_, everywhere, role) in manifests.roles() {
        for finding in risk::rules(&rules_of(role), "", everywhere) {
            add(finding.code, finding.level, everywhere);
        }
    }
    (all, controls)
}

impl GrantRisk {
    /// The same as JavaScript sees it (`GrantRisk` in types.ts).
    pub(crate) fn to_value(&self) -> Value {
        Value::map([
            ("danger", self.danger.map(|danger| danger.as_str().into())),
            ("reasons", Some(Value::strings(self.reasons.iter().map(|code| code.as_str())))),
            ("subject", Some(self.subject.as_str().into())),
        ])
    }
}
