//! From a pasted text to a report: the block that the server would see, its reading, and what is remarkable about it.

use super::report::RequestReport;
use crate::encoding::hex::hex;
use crate::encoding::pem::{self, Block};
use crate::finding::{Finding, FindingCode, Level};
use crate::go::asn1::{Go, Refusal};
use crate::go::csr::{self, Asked, Parts};
use crate::go::public_key::{self, Algorithm, Key, Verdict};
use crate::input::{self, Cause, Change, Opened};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// etcd takes objects of 1.5 MiB, and the request is in there as base64 of PEM (measured 2026-11: 1.4 MB pass).
const MAX_DER: usize = 800 << 10;
/// A TLS handshake carries certificates of 64 KiB in all; a request of this size makes a larger one.
const MAX_HANDSHAKE: usize = 60 << 10;

const NO_BLOCK: &str = "PEM block type must be CERTIFICATE REQUEST";

pub(crate) fn pasted(text: &[u8], verify: bool) -> RequestReport {
    if text.len() > pem::MAX_TEXT {
        return refused("Request entity too large", "the text is too large: a request of at most 2 MiB is read");
    }
    let mut report = match pem::first(text) {
        Some(block) => from_block(&block, verify),
        None => unwrapped(text, verify),
    };
    report.findings.extend(surroundings(text, verify));
    report
}

/// What the server does not see as a block: read without its wrapper, where the front door can remove it. `accepted` and
/// `refusal` are about the text as it was given, everything else about what was read.
fn unwrapped(text: &[u8], verify: bool) -> RequestReport {
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

fn from_block(block: &Block, verify: bool) -> RequestReport {
    match block.label.as_str() {
        pem::CERTIFICATE_REQUEST => der(block.contents.expose(), verify),
        "NEW CERTIFICATE REQUEST" => {
            // The same thing under the name that old Windows tools write; re-encoded, it is submitted under the right one.
            let mut report = der(block.contents.expose(), verify);
            report.accepted = false;
            report.refusal = Some(NO_BLOCK.to_owned());
            report.findings.insert(0, Finding::error(
                FindingCode::LabelNew,
                "the block is labelled NEW CERTIFICATE REQUEST, which the server refuses; relabelled as CERTIFICATE REQUEST it is the same request",
            ));
            report
        }
        "CERTIFICATE" => refused(NO_BLOCK, "this is a certificate; the request is what was made before it"),
        _ => refused(NO_BLOCK, "the first PEM block is something else than a CERTIFICATE REQUEST"),
    }
}

/// What else is in the text.
fn surroundings(text: &[u8], pasted: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Ok(document) = pem::document(text) else {
        return vec![Finding::warning(FindingCode::SeveralBlocks, "The text contains a great many blocks. Only the first one is used.")];
    };
    // What a server has stored is looked at as it is: there may be thousands.
    if contains(text, b"PRIVATE KEY-----") || pasted && input::holds_private_key(text) {
        findings.push(Finding::error(
            FindingCode::PrivateKeyInPaste,
            "a private key is in this text: nobody but its owner should have it. Make a new key, and send the request alone",
        ));
    } else if document.blocks.len() > 1 {
        findings.push(Finding::warning(FindingCode::SeveralBlocks, "only the first block counts; the rest is left out"));
    }
    if document.blocks.first().is_some_and(|block| block.headers) {
        findings.push(Finding::notice(FindingCode::PemHeaders, "the block has header lines, which are left out"));
    }
    findings
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').any(|line| line.windows(part.len()).any(|window| window == part))
}

/// Reads one request.
pub(crate) fn der(bytes: &[u8], verify: bool) -> RequestReport {
    if bytes.len() > MAX_DER {
        return refused("etcdserver: request is too large", "the request is larger than 800 KiB, too large for the server");
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
            ". The key spells its curve out instead of naming it, as LibreSSL before 3.4 (macOS) and OpenSSL 1.0 do by default. Convert the key with openssl ec -in KEY -param_enc named_curve -out NEW-KEY and create the request again, or create a new key with -pkeyopt ec_param_enc:named_curve."
        }
        _ => "",
    };
    format!("the server refuses it: {refusal}{cause}")
}

/// Go's order: parts, key, subject, extensions, signature. What was read before a refusal stays in the report.
fn fill(bytes: &[u8], verify: bool, report: &mut RequestReport) -> Go<()> {
    let parts = csr::split(bytes)?;
    report.fingerprint = hex(&Sha256::digest(parts.public_key));
    let algorithm = Algorithm::read(parts.algorithm);
    report.signature_algorithm = algorithm.name();
    let key = Key::read(&parts.key)?;
    report.key_algorithm = key.name();
    if verify {
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
    verify: bool,
    report: &mut RequestReport,
) -> Result<(), Refusal> {
    if verify && public_key::verify(key, algorithm, parts.info, &parts.signature)? == Verdict::NotTried {
        report.findings.push(Finding::warning(
            FindingCode::SignatureNotChecked,
            "the key is too long for the signature to be checked here; the server will",
        ));
    }
    Ok(())
}

fn subject_findings(name: &crate::go::name::Name) -> Vec<Finding> {
    let mut findings = name.identity.findings();
    if name.identity.user.is_empty() {
        findings.push(
            Finding::error(FindingCode::UserEmpty, "no user name: the certificate would be signed, and the server would ignore it")
                .at("user"),
        );
    }
    if name.common_names > 1 {
        findings.push(
            Finding::warning(FindingCode::SeveralCommonNames, "more than one common name: the last one is the user, the others are lost")
                .at("user"),
        );
    }
    if name.no_text {
        findings.push(Finding::warning(FindingCode::NameNotText, "A name is of a type that is not text. The API server ignores it."));
    }
    if name.identity.uid.is_some() {
        findings.push(Finding::notice(FindingCode::UidDropped, "the built-in signer drops the uid from the certificate").at("uid"));
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
        findings.push(Finding::notice(FindingCode::GroupTwice, "a group is named twice; once is enough"));
    }
    findings
}

fn asked_findings(asked: &Asked) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |present: bool, finding: fn() -> Finding| findings.extend(present.then(finding));
    add(asked.ca, || {
        Finding::warning(
            FindingCode::CaAskedFor,
            "it asks to be a certificate authority; the built-in signer issues an ordinary certificate all the same. Ask its sender why",
        )
    });
    add(asked.other_extensions, || {
        Finding::notice(FindingCode::ExtensionDropped, "an extension other than the SAN is asked for; the built-in signer drops it")
    });
    add(asked.hidden, || {
        Finding::warning(
            FindingCode::HiddenAttribute,
            "a second set of extensions is hidden in an attribute, where the server does not look; other programs may",
        )
    });
    add(asked.unreadable, || {
        Finding::warning(FindingCode::ExtensionsUnreadable, "The extensions cannot be read, and the API server ignores them.")
    });
    add(asked.challenge_password, || {
        Finding::warning(
            FindingCode::ChallengePassword,
            "a challenge password is in the request, for everyone to read; Kubernetes makes nothing of it. Use it nowhere else",
        )
    });
    add(asked.other_names, || Finding::notice(FindingCode::SanDropped, "The SAN contains names of kinds that the signer drops."));
    add(asked.mapped_address, || {
        Finding::warning(
            FindingCode::IpMapped,
            "an IPv4 address is written as IPv6; servers built with Go 1.27 refuse that. Write it in its own form",
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
        findings
            .push(Finding::notice(FindingCode::VersionOdd, "the version is not 0, which the server does not mind and other programs do"));
    }
    if bytes.len() > MAX_HANDSHAKE {
        findings.push(Finding::error(
            FindingCode::RequestLarge,
            "the certificate would be too large for a TLS handshake, which carries 64 KiB: leave out groups or names",
        ));
    }
    findings
}

fn key_findings(key: &Key<'_>, algorithm: Algorithm) -> Vec<Finding> {
    let mut findings = Vec::new();
    if key.is_weak() {
        findings.push(Finding::warning(
            FindingCode::WeakKey,
            "a weak key, which the server takes all the same: ask for ECDSA P-256, Ed25519 or RSA of 2048 bits and more",
        ));
    }
    if key.bits() > public_key::MAX_RSA_IN_TLS {
        findings.push(Finding::error(
            FindingCode::KeyTooLong,
            "an RSA key of more than 8192 bits: the certificate would be signed, and no TLS handshake with Kubernetes takes it",
        ));
    }
    if algorithm.is_sha1() {
        findings
            .push(Finding::warning(FindingCode::WeakHash, "signed over SHA-1, which the server still takes in requests; ask for SHA-256"));
    }
    findings
}
