//! From a pasted text to a report: the block that the server would see, its reading, and what is remarkable about it.

use super::report::RequestReport;
use crate::encoding::hex::hex;
use crate::encoding::pem::{self, Block, Document};
use crate::finding::{Audience, Finding, FindingCode, Level};
use crate::go::asn1::{Go, Refusal};
use crate::go::confirmed::{Confirmed, EcdsaSignature};
use crate::go::csr::{self, Asked, Parts};
use crate::go::public_key::{self, Key};
use crate::go::signature::{self, Verdict};
use crate::go::signature_algorithm::Algorithm;
use crate::input::{self, Cause, Change, Opened};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// etcd takes objects of 1.5 MiB, and the request is in there as base64 of PEM (measured 2026-11: 1.4 MB pass).
const MAX_DER: usize = 800 << 10;
/// A TLS handshake carries certificates of 64 KiB in all; a request of this size makes a larger one.
const MAX_HANDSHAKE: usize = 60 << 10;

const NO_BLOCK: &str = "PEM block type must be CERTIFICATE REQUEST";

/// Whether the signature is verified, and those that are known to be right; nothing where the API server verifies it, or did.
pub(crate) type Verify<'a> = Option<&'a Confirmed>;

/// The signature of a pasted request, if another library may confirm it. Quick, since no report is made and no wrapper removed: a signature that
/// is not found, or that the report does not depend on, costs time and changes no verdict.
pub(crate) fn signature(text: &[u8]) -> Option<EcdsaSignature> {
    let block = if text.len() > pem::MAX_TEXT { None } else { pem::first(text) }?;
    let parts = csr::split(block.contents.expose()).ok()?;
    let key = Key::read(&parts.key).ok()?;
    key.check().ok()?;
    signature::confirmable(&key, Algorithm::read(parts.algorithm), parts.info, &parts.signature)
}

pub(crate) fn pasted(text: &[u8], verify: Verify<'_>) -> RequestReport {
    if text.len() > pem::MAX_TEXT {
        return refused("Request entity too large", "The text is too large: at most 2 MiB are read. Copy the request alone.");
    }
    let document = pem::document(text).ok();
    // The server removes no byte-order mark, and stops at the first block, however many there are.
    let as_given = document.as_ref().filter(|document| !document.byte_order_mark);
    let first = if as_given.is_some() { None } else { pem::first(text) };
    let mut report = match as_given.map_or(first.as_ref(), |document| document.blocks.first()) {
        Some(block) => from_block(block, verify),
        None => unwrapped(text, verify),
    };
    report.findings.extend(surroundings(text, document.as_ref(), verify.is_some()));
    report
}

/// What the server does not see as a block: read without its wrapper, where the front door can remove it. `accepted` and
/// `refusal` are about the text as it was given, everything else about what was read.
fn unwrapped(text: &[u8], verify: Verify<'_>) -> RequestReport {
    let opened = match input::pem(text) {
        Ok(opened) => opened,
        // The bytes of a request that is not even one element: what the server would say about them is known.
        Err(Cause::UnknownDer) => {
            Opened { text: Zeroizing::new(pem::encode(pem::CERTIFICATE_REQUEST, text).expose().clone()), changes: vec![Change::Der] }
        }
        Err(Cause::NoPem | Cause::Empty) => {
            return refused(
                NO_BLOCK,
                "There is no certificate signing request in this text. It begins with -----BEGIN CERTIFICATE REQUEST-----.",
            );
        }
        Err(cause) => return refused(NO_BLOCK, cause.sentence()),
    };
    let Some(block) = pem::first(&opened.text) else { return refused(NO_BLOCK, Cause::NoPem.sentence()) };
    let mut report = from_block(&block, verify);
    report.accepted = false;
    report.refusal = Some(NO_BLOCK.to_owned());
    let more = "The server refuses the text as it was given. Submit the request as it is shown here.";
    let repairs = opened.changes.iter().map(|change| change.finding(Level::Error, more));
    report.findings.splice(0..0, repairs);
    if opened.changes.is_empty() {
        report.findings.insert(0, Change::Around.finding(Level::Error, more));
    }
    report
}

fn refused(words: &str, sentence: &str) -> RequestReport {
    RequestReport {
        refusal: Some(words.to_owned()),
        findings: vec![Finding::error(FindingCode::RequestRefused, sentence)],
        key_algorithm: "unknown".to_owned(),
        signature_algorithm: "unknown".to_owned(),
        ..RequestReport::default()
    }
}

fn from_block(block: &Block, verify: Verify<'_>) -> RequestReport {
    match block.label.as_str() {
        pem::CERTIFICATE_REQUEST => der(block.contents.expose(), verify),
        "NEW CERTIFICATE REQUEST" => {
            // The same thing under the name that old Windows tools write; re-encoded, it is submitted under the right one.
            let mut report = der(block.contents.expose(), verify);
            report.accepted = false;
            report.refusal = Some(NO_BLOCK.to_owned());
            report.findings.insert(0, Finding::error(
                FindingCode::LabelNew,
                "The PEM label is NEW CERTIFICATE REQUEST, which the API server refuses. Change the label to CERTIFICATE REQUEST: the request is the same.",
            ));
            report
        }
        "CERTIFICATE" => refused(NO_BLOCK, "This is a certificate. Give the certificate signing request."),
        _ => refused(NO_BLOCK, "The first PEM block is not a CERTIFICATE REQUEST. Give the certificate signing request alone."),
    }
}

/// What else is in the text.
fn surroundings(text: &[u8], document: Option<&Document>, pasted: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(document) = document else {
        return vec![Finding::warning(FindingCode::SeveralBlocks, "The text contains a great many blocks. Only the first one is used.")];
    };
    // What a server has stored is looked at as it is: there may be thousands.
    if contains(text, b"PRIVATE KEY-----") || pasted && input::holds_private_key(text) {
        findings.push(Finding::error(
            FindingCode::PrivateKeyInPaste,
            "There is a private key in this text, which only its owner should have. Generate a new key, and send the request alone.",
        ));
    } else if document.blocks.len() > 1 {
        findings.push(Finding::warning(FindingCode::SeveralBlocks, "The text contains several blocks. Only the first one is used."));
    }
    if document.blocks.first().is_some_and(|block| block.headers) {
        findings.push(Finding::notice(FindingCode::PemHeaders, "The PEM block has headers, which are ignored."));
    }
    findings
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| line.windows(part.len()).any(|window| window == part))
}

/// Reads one request.
pub(crate) fn der(bytes: &[u8], verify: Verify<'_>) -> RequestReport {
    if bytes.len() > MAX_DER {
        return refused(
            "etcdserver: request is too large",
            "The request is larger than 800 KiB, which is too large for the API server. Leave out groups or names.",
        );
    }
    let mut report =
        RequestReport { key_algorithm: "unknown".to_owned(), signature_algorithm: "unknown".to_owned(), ..RequestReport::default() };
    match fill(bytes, verify, &mut report) {
        Ok(()) => report.accepted = true,
        Err(refusal) => {
            report.findings.insert(0, Finding::error(refusal_code(&refusal), refusal_message(&refusal)));
            report.refusal = Some(refusal.to_string());
            report.block_refusal.clone_from(&report.refusal);
        }
    }
    report
}

fn refusal_code(refusal: &Refusal) -> FindingCode {
    match refusal {
        Refusal::Signature(_) => FindingCode::SignatureWrong,
        Refusal::Key(_) => FindingCode::KeyRefused,
        Refusal::SpelledCurve => FindingCode::KeyExplicitCurve,
        Refusal::Algorithm(_) => FindingCode::SignatureUnknown,
        Refusal::Extensions(_) | Refusal::Uri(_) => FindingCode::ExtensionsMalformed,
        Refusal::Truncated | Refusal::Encoding(_) => FindingCode::RequestRefused,
    }
}

fn refusal_message(refusal: &Refusal) -> String {
    let cause = match refusal {
        Refusal::SpelledCurve => {
            " The key spells its curve out instead of naming it, as LibreSSL before 3.4 (macOS) and OpenSSL 1.0 do by default. Convert the key with openssl ec -in KEY -param_enc named_curve -out NEW-KEY and create the request again, or create a new key with -pkeyopt ec_param_enc:named_curve."
        }
        _ => "",
    };
    format!("The API server refuses the request: {refusal}.{cause}")
}

/// Go's order: parts, key, subject, extensions, signature. What was read before a refusal stays in the report.
fn fill(bytes: &[u8], verify: Verify<'_>, report: &mut RequestReport) -> Go<()> {
    let parts = csr::split(bytes)?;
    report.fingerprint = hex(&Sha256::digest(parts.public_key));
    let algorithm = Algorithm::read(parts.algorithm);
    report.signature_algorithm = algorithm.name();
    let key = Key::read(&parts.key)?;
    report.key_algorithm = key.name();
    if verify.is_some() {
        key.check()?;
    }
    let (name, asked) = csr::contents(&parts)?;
    report.identity = name.identity.clone();
    report.pem = Some(String::from_utf8_lossy(pem::encode(pem::CERTIFICATE_REQUEST, bytes).expose()).into_owned());
    report.findings = subject_findings(&name);
    report.findings.extend(asked_findings(&asked));
    report.findings.extend(shape_findings(&parts, bytes));
    let Asked { dns_names, ip_addresses, email_addresses, uris, .. } = asked;
    report.dns_names = dns_names;
    report.ip_addresses = ip_addresses;
    report.email_addresses = email_addresses;
    report.uris = uris;
    report.findings.extend(key_findings(&key, algorithm));
    check_signature(&parts, &key, algorithm, verify, report)
}

fn check_signature(
    parts: &Parts<'_>,
    key: &Key<'_>,
    algorithm: Algorithm,
    verify: Verify<'_>,
    report: &mut RequestReport,
) -> Result<(), Refusal> {
    let Some(confirmed) = verify else { return Ok(()) };
    let is_confirmed = |signature| confirmed.contains(&signature);
    if signature::confirmable(key, algorithm, parts.info, &parts.signature).is_some_and(is_confirmed) {
        return Ok(());
    }
    if signature::verify(key, algorithm, parts.info, &parts.signature)? == Verdict::NotTried {
        report.findings.push(Finding::warning(
            FindingCode::SignatureNotChecked,
            "The key is too long to check the signature here. The API server checks it.",
        ));
    }
    Ok(())
}

fn subject_findings(name: &crate::go::name::Name) -> Vec<Finding> {
    let mut findings = name.identity.findings_for(Audience::Approver);
    if name.identity.user.is_empty() {
        findings.push(
            Finding::error(
                FindingCode::UserEmpty,
                "The request has no user name (common name). The certificate would be signed, but the API server ignores it. Add a name.",
            )
            .at("user"),
        );
    }
    if name.common_names > 1 {
        findings.push(
            Finding::warning(
                FindingCode::SeveralCommonNames,
                "The subject has more than one common name. The last one is the user; the others are ignored.",
            )
            .at("user"),
        );
    }
    if name.no_text {
        findings.push(Finding::warning(FindingCode::NameNotText, "A name is of a type that is not text. The API server ignores it."));
    }
    if name.identity.uid.is_some() {
        findings.push(Finding::notice(FindingCode::UidDropped, "The built-in signer drops the uid from the certificate.").at("uid"));
    }
    if name.dropped {
        findings.push(Finding::notice(FindingCode::AttributeDropped, "The subject contains attributes that the signer drops."));
    }
    if name.without_meaning {
        findings.push(Finding::notice(
            FindingCode::AttributeUnused,
            "The subject contains more than user and groups (such as OU or C). Kubernetes ignores it.",
        ));
    }
    if name.identity.sorted_groups().windows(2).any(|pair| pair[0] == pair[1]) {
        findings.push(Finding::notice(FindingCode::GroupTwice, "A group is named twice. Once is enough."));
    }
    findings
}

fn asked_findings(asked: &Asked) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |present: bool, finding: fn() -> Finding| findings.extend(present.then(finding));
    add(asked.ca, || {
        Finding::warning(
            FindingCode::CaAskedFor,
            "The request asks for a CA certificate. The built-in signer issues a client certificate instead. Ask the requester why.",
        )
    });
    add(asked.other_extensions, || {
        Finding::notice(
            FindingCode::ExtensionDropped,
            "The request asks for an extension other than the SAN. The built-in signer drops it.",
        )
    });
    add(asked.hidden, || {
        Finding::warning(
            FindingCode::HiddenAttribute,
            "An attribute hides a second set of extensions. The API server ignores it, but other programs may not.",
        )
    });
    add(asked.unreadable, || {
        Finding::warning(FindingCode::ExtensionsUnreadable, "The extensions cannot be read, and the API server ignores them.")
    });
    add(asked.challenge_password, || {
        Finding::warning(
            FindingCode::ChallengePassword,
            "The request contains a challenge password that everyone can read. Kubernetes ignores it. Do not use it anywhere else.",
        )
    });
    add(asked.other_names, || Finding::notice(FindingCode::SanDropped, "The SAN contains names of kinds that the signer drops."));
    add(asked.mapped_address, || {
        Finding::warning(
            FindingCode::IpMapped,
            "An IPv4 address is written as IPv6, which API servers built with Go 1.27 refuse. Write it as IPv4.",
        )
        .at("ipAddresses")
    });
    findings
}

fn shape_findings(parts: &Parts<'_>, bytes: &[u8]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if parts.unread {
        findings.push(Finding::warning(
            FindingCode::UnreadBytes,
            "There are bytes after the parts of the request, which the API server does not read.",
        ));
    }
    if parts.version != 0 {
        findings.push(Finding::notice(
            FindingCode::VersionOdd,
            "The version of the request is not 0. The API server ignores that, but other programs refuse it.",
        ));
    }
    if bytes.len() > MAX_HANDSHAKE {
        findings.push(Finding::error(
            FindingCode::RequestLarge,
            "The certificate would be too large for a TLS handshake, which carries 64 KiB. Leave out groups or names.",
        ));
    }
    findings
}

fn key_findings(key: &Key<'_>, algorithm: Algorithm) -> Vec<Finding> {
    let mut findings = Vec::new();
    if key.is_weak() {
        findings.push(Finding::warning(
            FindingCode::WeakKey,
            "The key is weak, although the API server accepts it. Use ECDSA P-256, Ed25519 or RSA of at least 2048 bits.",
        ));
    }
    if key.bits() > public_key::MAX_RSA_IN_TLS {
        findings.push(Finding::error(
            FindingCode::KeyTooLong,
            "The RSA key has more than 8192 bits. The certificate would be signed, but TLS connections to Kubernetes refuse it. Use a shorter key.",
        ));
    }
    if algorithm.is_sha1() {
        findings.push(Finding::warning(
            FindingCode::WeakHash,
            "The request is signed with SHA-1, which the API server still accepts. Use SHA-256.",
        ));
    }
    findings
}
