//! A calendar entry for the day on which a certificate should be renewed (RFC 5545), since nothing renews it by itself.

use crate::text::readable;
use crate::time::UnixTime;
use crate::x509::certificate::{Read, renewal_due};

/// One event of half an hour with a reminder at its start. `now` is the time of writing, which the format wants.
#[must_use]
pub fn reminder(certificate: &Read, now: UnixTime) -> String {
    let due = renewal_due(certificate);
    let user = readable(&certificate.identity.user);
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//kubecred//EN".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@kubecred", &certificate.fingerprint[..32.min(certificate.fingerprint.len())]),
        format!("DTSTAMP:{}", basic(now)),
        format!("DTSTART:{}", basic(due)),
        format!("DTEND:{}", basic(UnixTime(due.0 + 1800))),
        format!("SUMMARY:{}", escape(&format!("Renew the Kubernetes certificate of {user}"))),
        format!(
            "DESCRIPTION:{}",
            escape(&format!(
                "It expires on {}. Open the kubeconfig in kubecred and renew the certificate.",
                certificate.not_after.to_iso()
            ))
        ),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        "DESCRIPTION:Renew the certificate".to_owned(),
        "TRIGGER:PT0S".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| fold(line)).collect()
}

/// `20261124T080000Z`
fn basic(time: UnixTime) -> String {
    time.to_iso().replace(['-', ':'], "")
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        if matches!(character, '\\' | ';' | ',') {
            out.push('\\');
        }
        out.push(character);
        out
    })
}

/// Lines of at most 75 bytes, continued with a blank.
fn fold(line: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for character in line.chars() {
        if used + character.len_utf8() > 74 {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(character);
        used += character.len_utf8();
    }
    out.push_str("\r\n");
    out
}
