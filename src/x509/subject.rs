//! User, groups and uid: as a person types them, and as kube-apiserver reads them out of an X.509 name.
//!
//! Kubernetes takes the user from the common name (CN) and one group from each organisation (O); see
//! "X.509 client certificates" in the Kubernetes documentation on authentication. Text goes in literally, as one
//! UTF8String each: `jane,O=system:masters` is one user with a comma in the name. Nothing here parses DN strings.

use crate::error::{Code, Detail, Error, Result};
use crate::finding::{Audience, Finding, FindingCode};
use crate::gather::Gather;
pub use crate::go::name::Identity;
use crate::go::name::UID_ATTRIBUTE;
use crate::locate::Locate;
use crate::names;
pub use crate::names::is_invisible;
use crate::options::options;
use crate::value::Value;
use const_oid::ObjectIdentifier;
use const_oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME};
use der::Tag;
use der::asn1::{Any, SetOfVec};
use std::collections::BTreeSet;
use std::net::IpAddr;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

/// A user name longer than this is refused; X.520 itself stops at 64.
const MAX_NAME: usize = 256;
/// With more groups the certificate outgrows the 64 KiB that a TLS handshake carries (5,000 did, 2026-11).
const MAX_GROUPS: usize = 256;
/// DNS names and IP addresses, for the same reason.
const MAX_SAN: usize = 1_000;

/// What a request asks for: an identity that was checked, and the names for the SAN extension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// User, groups without duplicates, uid.
    pub identity: Identity,
    /// DNS names for the subjectAltName extension, ASCII.
    pub dns_names: Vec<String>,
    /// IP addresses for the subjectAltName extension.
    pub ip_addresses: Vec<IpAddr>,
}

options! {
    /// A subject as a caller gives it.
    #[derive(Default)]
    pub(crate) struct SubjectOptions<'a> {
        pub(crate) user: &'a str = "user",
        pub(crate) groups: Option<Vec<&'a str>> = "groups",
        pub(crate) uid: Option<&'a str> = "uid",
        pub(crate) dns_names: Option<Vec<&'a str>> = "dnsNames",
        pub(crate) ip_addresses: Option<Vec<&'a str>> = "ipAddresses",
    }
}

impl Subject {
    /// Reads `{ user, groups?, uid?, dnsNames?, ipAddresses? }`. Empty groups are dropped, duplicates collapse.
    ///
    /// # Errors
    /// [`Code::InvalidSubject`] with the field; [`Code::InvalidOptions`] for the wrong shape.
    pub fn from_value(value: &Value) -> Result<Subject> {
        value.read("subject").and_then(Subject::of)
    }

    /// The same from options that are read.
    pub(crate) fn of(options: SubjectOptions<'_>) -> Result<Subject> {
        let mut subject = Subject::default();
        subject.identity.user = checked("user", options.user)?.to_owned();
        let groups = options.groups.unwrap_or_default();
        let distinct: BTreeSet<&str> = groups.iter().copied().filter(|group| !group.is_empty()).gather();
        if distinct.len() > MAX_GROUPS {
            return Err(too_many("groups", MAX_GROUPS).at("groups"));
        }
        let mut known = BTreeSet::new();
        for (index, group) in groups.into_iter().enumerate() {
            if !group.is_empty() && known.insert(group) {
                subject.identity.groups.push(checked(&format!("groups[{index}]"), group)?.to_owned());
            }
        }
        if let Some(uid) = options.uid {
            subject.identity.uid = Some(checked("uid", uid)?.to_owned());
        }
        let (dns_names, ip_addresses) = (options.dns_names.unwrap_or_default(), options.ip_addresses.unwrap_or_default());
        if dns_names.len() + ip_addresses.len() > MAX_SAN {
            return Err(too_many("DNS names and IP addresses", MAX_SAN).at("dnsNames"));
        }
        for (index, name) in dns_names.into_iter().enumerate() {
            match name.parse::<IpAddr>() {
                Ok(address) => subject.ip_addresses.push(address), // typed into the wrong box: the intention is plain
                Err(_) => subject.dns_names.push(dns_name(index, name)?),
            }
        }
        for (index, text) in ip_addresses.into_iter().enumerate() {
            subject.ip_addresses.push(ip_address(index, text)?);
        }
        Ok(subject)
    }

    /// What is odd about the names, for the form that asks for them.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.identity.findings();
        if self.identity.uid.is_some() {
            findings.push(
                Finding::notice(
                    FindingCode::UidDropped,
                    "The built-in signer drops the uid from the certificate. Leave it out unless you use another signer.",
                )
                .at("uid"),
            );
        }
        findings
    }
}

impl Identity {
    /// The X.509 name (RFC 5280, 4.1.2.4): one O per group, sorted, then CN, then uid; each one RDN with one UTF8String.
    ///
    /// # Errors
    /// Where a part is longer than DER as x509-cert writes it can be.
    pub(crate) fn to_name(&self) -> der::Result<Name> {
        let mut name = RdnSequence::default();
        for group in self.sorted_groups() {
            name.push(rdn(ORGANIZATION_NAME, group)?);
        }
        name.push(rdn(COMMON_NAME, &self.user)?);
        if let Some(uid) = &self.uid {
            name.push(rdn(UID_ATTRIBUTE, uid)?);
        }
        Ok(Name::hazmat_from_rdn_sequence(name))
    }

    /// Whether both speak for the same user and, as a multiset, the same groups: the signer re-types, re-orders and
    /// merges RDNs, which makes no difference. The uid is left out, since the built-in signer drops it.
    #[must_use]
    pub fn same_user_and_groups(&self, other: &Identity) -> bool {
        self.user == other.user && self.sorted_groups() == other.sorted_groups()
    }

    /// What is odd or dangerous about the names, for the person who chooses them.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        self.findings_for(Audience::Requester)
    }

    /// The same, where names belong to Kubernetes with the advice that fits the reader: who decides on a request cannot choose other names for it.
    #[must_use]
    pub fn findings_for(&self, reader: Audience) -> Vec<Finding> {
        let mut findings = user_findings(&self.user, reader);
        for (index, group) in self.groups.iter().enumerate() {
            findings.extend(group_findings(group, reader).into_iter().map(|finding| finding.at(format!("groups[{index}]"))));
        }
        findings.extend(self.uid.iter().flat_map(|uid| names::findings(uid)).map(|finding| finding.at("uid")));
        findings
    }
}

/// A finding about a name that belongs to Kubernetes, with what its reader can do.
fn reserved(code: FindingCode, what: &str, kind: &str, reader: Audience) -> Finding {
    Finding::warning(
        code,
        match reader {
            Audience::Requester => format!("{what} Choose another {kind}."),
            Audience::Approver => format!("{what} Deny the request unless you expect exactly this {kind}."),
        },
    )
}

fn user_findings(user: &str, reader: Audience) -> Vec<Finding> {
    let mut findings = text_findings(user);
    let about = if user.starts_with("system:serviceaccount:") {
        Some((
            FindingCode::UserIsServiceAccount,
            "This is the user name of a service account. Anyone with this certificate has all permissions of that service account.",
        ))
    } else if user == "system:anonymous" {
        Some((FindingCode::UserIsAnonymous, "This is the user name of requests without a credential, so the certificate proves nothing."))
    } else if user.starts_with("system:") {
        Some((
            FindingCode::UserReserved,
            "User names that begin with system: belong to Kubernetes components. The API server treats the user as that component.",
        ))
    } else {
        None
    };
    findings.extend(about.map(|(code, what)| reserved(code, what, "name", reader)));
    if user.chars().count() > 64 {
        findings.push(Finding::warning(
            FindingCode::UserLong,
            "The name has more than 64 characters. Some tools truncate or refuse such a common name. Choose a shorter one.",
        ));
    }
    findings.into_iter().map(|finding| finding.at("user")).collect()
}

fn group_findings(group: &str, reader: Audience) -> Vec<Finding> {
    let mut findings = text_findings(group);
    if group.contains(',') {
        findings.push(Finding::warning(
            FindingCode::GroupComma,
            "This is one group with a comma in its name. If several groups are meant, give each of them on its own.",
        ));
    }
    match group {
        "system:masters" => findings.push(Finding::error(
            FindingCode::GroupSystemMasters,
            "The API server refuses requests for system:masters with the signer kubernetes.io/kube-apiserver-client. Bind a role to a group of your own instead.",
        )),
        "kubeadm:cluster-admins" => {
            findings.push(Finding::warning(FindingCode::GroupClusterAdmins, "kubeadm binds this group to cluster-admin, so its members may do everything. Use a group with fewer permissions."));
        }
        "system:nodes" => findings.push(reserved(FindingCode::GroupNodes, "This is the group of kubelets, not of people.", "group", reader)),
        "system:authenticated" | "system:unauthenticated" => {
            findings.push(Finding::notice(FindingCode::GroupImplied, "The API server adds this group itself, so it has no effect in a certificate. Remove it."));
        }
        _ if group.starts_with("system:") => {
            findings.push(reserved(FindingCode::GroupReserved, "Groups that begin with system: belong to Kubernetes itself.", "group", reader));
        }
        _ if group.eq_ignore_ascii_case("system:masters") => {
            findings.push(Finding::notice(FindingCode::GroupLooksReserved, "This looks like system:masters but is another group, without any permission of its own."));
        }
        _ => {}
    }
    findings
}

fn text_findings(text: &str) -> Vec<Finding> {
    let mut findings = names::findings(text);
    let looks_like_dn = ["CN=", "O=", "cn=", "o="].iter().any(|part| text.holds(part));
    if looks_like_dn {
        findings.push(Finding::notice(
            FindingCode::LooksLikeDn,
            "The text is used as one name: commas, plus and equals signs do not separate anything. Write one name.",
        ));
    }
    findings
}

fn too_many(what: &str, most: usize) -> Error {
    Error::new(
        Code::InvalidSubject,
        format!("Too many {what}: a certificate with more than {most} is too large for a TLS handshake. Leave some out."),
    )
}

fn checked<'a>(path: &str, text: &'a str) -> Result<&'a str> {
    let refuse = |what: &str| {
        let detail = Detail { field: Some(path.to_owned()), message: what.to_owned() };
        Err(Error::new(Code::InvalidSubject, format!("{path}: {what}")).with_details(vec![detail]).about(path))
    };
    if text.trim().is_empty() {
        return refuse("The name is empty. The API server ignores a certificate without a name. Write a name.");
    }
    if text.chars().any(is_invisible) {
        return refuse("The name contains control, direction or invisible characters. Type it instead of pasting it.");
    }
    if text.chars().count() > MAX_NAME {
        return refuse("The name is longer than 256 characters. Choose a shorter one.");
    }
    Ok(text)
}

fn rdn(oid: ObjectIdentifier, text: &str) -> der::Result<RelativeDistinguishedName> {
    let mut attributes = SetOfVec::new();
    attributes.insert_ordered(AttributeTypeAndValue { oid, value: Any::new(Tag::Utf8String, text.as_bytes())? })?;
    Ok(attributes.into())
}

/// A subject that DER cannot carry: its lengths end at 256 MiB.
pub(crate) fn unencodable(_: der::Error) -> Error {
    Error::new(Code::InvalidSubject, "The user, groups or names are too long for a certificate request. Shorten them.")
}

fn dns_name(index: usize, name: &str) -> Result<String> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let rest = name.strip_prefix("*.").unwrap_or(name);
    let numeric_end = rest.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    if name.len() <= 253 && rest.split('.').all(label) && !numeric_end {
        return Ok(name.to_owned());
    }
    Err(Error::new(
        Code::InvalidSubject,
        format!(
            "`dnsNames[{index}]` is not a DNS name. Use at most 253 letters, digits and hyphens between dots, and the xn-- form of other alphabets."
        ),
    )
    .at(&format!("dnsNames[{index}]")))
}

fn ip_address(index: usize, text: &str) -> Result<IpAddr> {
    let address = text.parse::<IpAddr>().ok().filter(|address| !matches!(address, IpAddr::V6(six) if six.to_ipv4_mapped().is_some()));
    address.ok_or_else(|| {
        Error::new(
            Code::InvalidSubject,
            format!("`ipAddresses[{index}]` is not an IP address. Write it without a prefix length, and IPv4 not as IPv6."),
        )
        .at(&format!("ipAddresses[{index}]"))
    })
}
