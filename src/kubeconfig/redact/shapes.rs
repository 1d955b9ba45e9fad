//! Texts that may be shown: ordinary names, hosts, addresses and paths.
//!
//! A secret is random, so it has letters and digits in no order, or is longer than words are. A name is made of words and small numbers. Where the
//! two cannot be told apart, the text counts as a secret.

use crate::locate::Locate;
use std::borrow::Cow;
use std::net::IpAddr;

pub(super) const REDACTED: &str = "REDACTED";

/// The longest name that is shown: ARNs of clusters have 120 characters.
const MAX_NAME: usize = 160;
/// The longest run of letters that is a word.
const MAX_WORD: usize = 22;
/// The longest number: account numbers of AWS and projects of Google have 12 digits.
const MAX_NUMBER: usize = 12;
/// How many characters of a name may be without order, as in the five that Kubernetes and Rancher add to names.
const MAX_RANDOM: usize = 5;
/// How many words of a name may end in a number.
const MAX_NUMBERED: usize = 2;
/// So many groups of so many characters each are a code and not a name.
const MAX_GROUPS: usize = 4;
const MIN_GROUP: usize = 4;
/// Words with a digit in them.
const MIXED: [&str; 21] = [
    "k8s", "k3s", "k3d", "k0s", "rke2", "i18n", "x86", "s3", "ec2", "v1beta1", "v1alpha1", "v1beta2", "p1", "e2e", "gr7", "azmk8s",
    "oauth2", "x509", "amd64", "arm64", "b2b",
];
/// Domains of managed clusters, under which the first label is the random id of the cluster.
const MANAGED: [&str; 9] = [
    "eks.amazonaws.com",
    "azmk8s.io",
    "k8s.ondigitalocean.com",
    "linodelke.net",
    "scw.cloud",
    "vultr-k8s.com",
    "k8s.ovh.net",
    "containers.cloud.ibm.com",
    "container.googleapis.com",
];

/// A name of an entry.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= MAX_NAME && !text.contains("--BEGIN") && !has_user_information(text) && is_ordinary(text, b"-_.:/@ ()")
}

/// Whether a name contains `user:password@`: a colon before an @. Users of the system and the ports in names such as `jane@one:6443@two` have one too.
fn has_user_information(text: &str) -> bool {
    let is_port = |part: &str| (1..=5).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split(['/', ' ', '(', ')']).filter_map(|piece| piece.rsplit_once('@')).any(|(before, _)| {
        before.split('@').enumerate().any(|(number, part)| match part.rsplit_once(':') {
            Some((_, last)) => !part.starts_with("system:") && (number == 0 || !is_port(last)),
            None => false,
        })
    })
}

/// A DNS label, as namespaces are.
pub(super) fn is_namespace(text: &str) -> bool {
    text.len() <= 63 && is_ordinary(text, b"-")
}

/// A user or group as Kubernetes names them. A colon is for the prefix of the system alone: `user:password` has one too.
pub(super) fn is_subject(text: &str) -> bool {
    let rest = text.strip_prefix("system:").unwrap_or(text);
    is_name(text) && (rest.len() < text.len() || !rest.contains(':')) && text.bytes().filter(|byte| *byte == b':').count() <= 3
}

/// A path to a file, in words.
pub(super) fn is_path(text: &str) -> bool {
    let rest = match text.as_bytes() {
        [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic() => &text[2..],
        _ => text,
    };
    rest.len() <= 256 && is_ordinary(rest, b"/\\-_.~ ")
}

/// A host name or an IP address.
pub(super) fn is_host(text: &str) -> bool {
    let managed = || {
        text.split_once('.').is_some_and(|(id, rest)| {
            let known = MANAGED.iter().any(|domain| rest == *domain || rest.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')));
            known && id.len() <= 63 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && is_ordinary(rest, b".-")
        })
    };
    text.len() <= 253 && (is_ordinary(text, b".-") || managed()) || text.parse::<IpAddr>().is_ok()
}

/// A program, by its name or path.
pub(crate) fn program(text: &str) -> String {
    if is_path(text) { text.to_owned() } else { REDACTED.to_owned() }
}

/// The name of an environment variable.
pub(crate) fn variable(text: &str) -> String {
    if is_ordinary(text, b"_") && text.len() <= 64 { text.to_owned() } else { REDACTED.to_owned() }
}

/// An address of a server, proxy or issuer: scheme, host, port and path where they are ordinary. User information, queries and fragments never are.
pub(crate) fn address(text: &str) -> Cow<'_, str> {
    let (scheme, rest) = match text.cut("://") {
        Some((scheme, rest)) if ["http", "https", "socks5", "socks5h"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            (&text[..scheme.len() + 3], rest)
        }
        Some(_) => return REDACTED.into(),
        None => ("", text),
    };
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\')).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    // A password may have a slash in it: where the first @ comes behind one, nothing tells where the password ends.
    if path.contains('@') && !authority.contains('@') {
        return format!("{scheme}{REDACTED}/{REDACTED}").into();
    }
    // The last @ ends the user information.
    let (information, authority) = match authority.rsplit_once('@') {
        Some((_, authority)) => ("REDACTED@", authority),
        None => ("", authority),
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if (1..=5).contains(&port.len()) && port.bytes().all(|digit| digit.is_ascii_digit()) => {
            authority.split_at(host.len())
        }
        _ => (authority, ""),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let (shows_host, shows_path) = (is_host(bare), matches!(path, "" | "/") || is_url_path(path));
    if information.is_empty() && shows_host && shows_path {
        return text.into();
    }
    let (host, path) = (if shows_host { host } else { REDACTED }, if shows_path { path } else { "/REDACTED" });
    [scheme, information, host, port, path].concat().into()
}

/// A path in an address, and the one under which Rancher has its clusters.
fn is_url_path(path: &str) -> bool {
    let cluster = path.strip_prefix("/k8s/clusters/c-m-").map(|id| id.strip_suffix('/').unwrap_or(id));
    let rancher = cluster.is_some_and(|id| id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    rancher || path.len() <= 128 && is_ordinary(path, b"/-_.~")
}

/// Words and small numbers, with the given characters between them.
fn is_ordinary(text: &str, between: &[u8]) -> bool {
    let (mut random, mut numbered, mut equal, mut length) = (0, 0, 0, 0);
    for run in text.as_bytes().split(|byte| between.contains(byte)).filter(|run| !run.is_empty()) {
        if !all(run, u8::is_ascii_alphanumeric, char::is_alphanumeric) {
            return false;
        }
        let digits = run.iter().any(u8::is_ascii_digit);
        let mixed = digits && MIXED.iter().any(|known| known.as_bytes() == run);
        if !mixed && !is_word(run) {
            random += characters(run);
        } else if !mixed && digits && run.iter().any(u8::is_ascii_alphabetic) {
            numbered += 1;
        }
        // Groups of the same length, as recovery codes and application passwords are written.
        equal = if run.len() == length && length >= MIN_GROUP { equal + 1 } else { 1 };
        length = run.len();
        if random > MAX_RANDOM || numbered > MAX_NUMBERED || equal >= MAX_GROUPS {
            return false;
        }
    }
    true
}

/// Whether all characters are of a kind: bytes, where there is nothing beyond ASCII.
fn all(text: &[u8], byte: fn(&u8) -> bool, character: fn(char) -> bool) -> bool {
    if text.is_ascii() { text.iter().all(byte) } else { std::str::from_utf8(text).is_ok_and(|text| text.chars().all(character)) }
}

/// How many characters a part of a text has.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count()
}

/// A word, a number, or a word with a number behind it or before it.
fn is_word(run: &[u8]) -> bool {
    let behind = run.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if behind == run.len() {
        return behind <= MAX_NUMBER;
    }
    if behind > 0 {
        return behind <= 4 && is_letters(&run[..run.len() - behind]);
    }
    let before = run.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if before > 0 {
        return before <= 2 && run.len() - before <= 2 && is_letters(&run[before..]);
    }
    is_letters(run)
}

/// Letters in one of the ways in which words are written: all lower or all upper case, or each part beginning with a capital.
fn is_letters(text: &[u8]) -> bool {
    if characters(text) > MAX_WORD || !all(text, u8::is_ascii_alphabetic, char::is_alphabetic) {
        return false;
    }
    if !text.is_ascii() {
        return true;
    }
    let one_case = text.iter().all(u8::is_ascii_lowercase) || text.iter().all(u8::is_ascii_uppercase);
    // Parts of at least three letters, the first of which may be in lower case, as in `kubeAdmin` and `AzurePublicCloud`.
    let parts = || {
        let starts = (1..text.len()).filter(|at| text[*at].is_ascii_uppercase()).chain([text.len()]);
        starts.scan(0, |start, end| Some(&text[std::mem::replace(start, end)..end]))
    };
    let camel = || parts().all(|part| part.len() >= 3 && part[1..].iter().all(u8::is_ascii_lowercase));
    (one_case || camel()) && pronounceable(text)
}

/// Whether letters may be a word: from eight on, no five consonants in a row, a vowel in four, and no `q` without `u`.
fn pronounceable(bytes: &[u8]) -> bool {
    if bytes.len() < 8 {
        return true;
    }
    let vowel = |byte: &u8| b"aeiouy".contains(&byte.to_ascii_lowercase());
    let consonants = bytes.split(vowel).map(<[u8]>::len).max().unwrap_or(0);
    let lone = bytes.windows(2).any(|two| two[0].eq_ignore_ascii_case(&b'q') && !two[1].eq_ignore_ascii_case(&b'u'));
    consonants <= 4 && !lone && bytes.iter().filter(|byte| vowel(byte)).count() * 4 >= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{address, is_host, is_name, is_path, is_subject, program, variable};

    #[test]
    fn what_people_name_their_clusters_is_ordinary() {
        for name in [
            "kubernetes",
            "kubernetes-admin@kubernetes",
            "minikube",
            "docker-desktop",
            "kind-kind",
            "k3d-dev",
            "default",
            "jane@one:6443",
            "jane@127.0.0.1:6443",
            "arn:aws:eks:us-east-1:123456789012:cluster/my-cluster",
            "gke_my-project-123456_us-central1-a_cluster-1",
            "do-nyc1-k8s-1-29-1-do-0-nyc1-1700000000",
            "default/api-sandbox-x8i5-p1-openshiftapps-com:6443/kube:admin",
            "clusterUser_my-group_my-aks",
            "admin@prod.eu-west-1.example.com",
            "Мой кластер (prod)",
            "user-x7k2p",
            "u@c@c2",
            "admin-not-found",
            "admin@one:6443@two:6443",
            "default/api:6443/jane@example.com",
            "system:node:worker@kubernetes",
        ] {
            assert!(is_name(name), "{name}");
        }
        for host in [
            "127.0.0.1",
            "fd00::1",
            "kubernetes.default.svc",
            "api.cluster.example.com",
            "0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.us-east-1.eks.amazonaws.com",
            "my-aks-dns-1a2b3c4d.hcp.westeurope.azmk8s.io",
            "0a1b2c3d-1234-5678-9abc-def012345678.k8s.ondigitalocean.com",
        ] {
            assert!(is_host(host), "{host}");
        }
        for path in ["/home/me/.kube/certs/me.crt", "ca.pem", "certs\\me.key", "C:\\Users\\Me\\.minikube\\ca.crt", "~/.kube/ca.crt"] {
            assert!(is_path(path), "{path}");
        }
        for subject in ["jane", "system:masters", "system:serviceaccount:kube-system:default", "dev-team", "jane@example.com"] {
            assert!(is_subject(subject), "{subject}");
        }
        for command in ["aws", "gke-gcloud-auth-plugin", "/usr/local/bin/aws-iam-authenticator", "kubectl", "kubelogin.exe", "tsh"] {
            assert_eq!(program(command), command);
        }
        for name in ["AWS_PROFILE", "KUBERNETES_EXEC_INFO", "CLOUDSDK_CORE_PROJECT"] {
            assert_eq!(variable(name), name);
        }
    }

    #[test]
    fn no_word_is_longer_than_words_are() {
        assert!(is_name("counterrevolutionaries") && !is_name("counterrevolutionariesa"));
    }

    /// Where the two cannot be told apart, the text counts as a secret; each bound on what is random is met from both sides.
    #[test]
    fn what_may_be_a_secret_is_not_ordinary() {
        for name in ["2fa-3rd", "node1-pool2", "x7k2p", "node1234", "vpn-aBcDe", "question", &"alpha-be-".repeat(17)] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "node1-pool2-zone3",
            "x7k2p9",
            "node12345",
            "kx9qz1",
            "123ab-123ab",
            "bcdfghjk",
            "qatarians",
            "vpn-aBcDeF",
            "abcd-efgh-ijkl-mnop",
            "a --BEGIN",
            &"alpha-be-".repeat(18),
        ] {
            assert!(!is_name(name), "{name}");
        }
        for subject in ["jane:secret", "Zx81kQ9mP2", "system:a:b:c:d"] {
            assert!(!is_subject(subject), "{subject}");
        }
        assert!(is_subject("system:a:b:c") && !is_path("1:/certs/me.crt"));
        for host in [
            "0A1B2C3D4E5F60718293A4B5C6D7E8F9.example.com",
            "0A1B_2C3D4E5F6071.eks.amazonaws.com",
            "abc.x9Qz71kPmW.eks.amazonaws.com",
            "Zx81kQ9mP2Lw",
            &"a.".repeat(130),
        ] {
            assert!(!is_host(host), "{host}");
        }
        assert!(is_host("0A1B2C3D4E5F6071.eks.amazonaws.com") && is_host(&"a.".repeat(126)));
        let (fits, long) = (vec!["A"; 32].join("_"), vec!["A"; 33].join("_"));
        assert_eq!((variable(&fits), variable(&long)), (fits, super::REDACTED.to_owned()));
        assert_eq!(variable("Zx81kQ9mP2Lw"), super::REDACTED);
        for id in ["x7k2p9qzz", "X7K2P9QZ", "x7k2p9_q"] {
            assert_eq!(address(&format!("https://a.example/k8s/clusters/c-m-{id}")), "https://a.example/REDACTED", "{id}");
        }
    }

    #[test]
    fn names_with_a_password_are_not() {
        for name in ["admin:hunter@db.example.com", "https://user:12345@one:6443", "//u:word@h/x", "a@u:word@h", "c user:secret@h"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn addresses_keep_what_is_ordinary() {
        for (given, shown) in [
            ("https://127.0.0.1:6443", "https://127.0.0.1:6443"),
            ("https://[fd00::1]:6443/", "https://[fd00::1]:6443/"),
            ("https://rancher.example.com/k8s/clusters/c-m-x7k2p9qz", "https://rancher.example.com/k8s/clusters/c-m-x7k2p9qz"),
            ("https://me:hunter2@host:1/a", "https://REDACTED@host:1/a"),
            ("me:hunter2@host:1", "REDACTED@host:1"),
            ("https://host/a?token=x", "https://host/REDACTED"),
            ("https://host#x", "https://host/REDACTED"),
            ("https://me:a/b@host", "https://REDACTED/REDACTED"),
            ("https://me:12345/x@host", "https://REDACTED/REDACTED"),
            ("javascript://host", "REDACTED"),
            ("localhost:8080", "localhost:8080"),
            ("https://host:hunter2", "https://REDACTED"),
            ("https://host:123456", "https://REDACTED"),
            ("https://host:", "https://REDACTED"),
        ] {
            assert_eq!(address(given), shown, "{given}");
        }
    }
}
