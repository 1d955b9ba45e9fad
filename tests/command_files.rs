//! Command lines that write files or feed programs: OpenSSL's configuration, manifests, tokens, KUBECONFIG. Each shell's
//! lines are carried out, those of PowerShell and cmd by tests/shells, with the real OpenSSL.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::shells;

use kubecred::Code;
use kubecred::names::is_invisible;
use kubecred::x509::csr;
use serde_json::json as object;
use shells::posix::{Folder, programs, sh};
use shells::powershell::Version;
use shells::{Run, SHELLS, World, cmd, lines, names, powershell, words};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// OpenSSL itself, in a folder, with what the shell made of the lines.
fn openssl(folder: &Path, run: &Run, files: &BTreeMap<String, String>) -> String {
    // An empty one is a secret's, made before the program that writes it.
    for (name, text) in files.iter().filter(|(_, text)| !text.is_empty()) {
        fs::write(folder.join(name), text).unwrap();
    }
    if run.words[0].starts_with("icacls") {
        return String::new();
    }
    assert_eq!(run.words[0], "openssl");
    let done = Command::new("openssl").args(&run.words[1..]).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{:?}: {}", run.words, String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn generate(text: &str, shell: &str, folder: &Path) {
    let answer = &mut |run: &Run, files: &mut BTreeMap<String, String>| openssl(folder, run, files);
    match shell {
        "cmd" => cmd::run(text, &mut World::new(answer)),
        "powershell" => powershell::run(text, Version::V5, &mut World::new(answer)),
        _ => {
            fs::write(folder.join("script"), text).unwrap();
            let done = Command::new(shell).args(["-eu", "script"]).current_dir(folder).output().unwrap();
            assert!(done.status.success(), "{shell}: {}", String::from_utf8_lossy(&done.stderr));
        }
    }
}

#[test]
fn openssl_puts_every_name_into_the_request_as_it_is() {
    let folder = Folder::new("openssl");
    let mut made = 0;
    for name in names() {
        let other = format!("{name}2");
        let step = object!({ "step": "generate-with-openssl", "algorithm": "ed25519", "key": "k.key", "request": "k.csr",
            "subject": { "user": name, "groups": [other, name, "dev"], "uid": name } });
        let posix = if made % 2 == 0 { "bash" } else { "dash" };
        for shell in [posix, "powershell", "cmd"] {
            let text = match lines(&step, if shell == posix { "sh" } else { shell }) {
                Ok(text) => text,
                Err(error) => {
                    let bad = name.trim().is_empty() || name.chars().any(is_invisible) || name.chars().count() > 63;
                    assert!(bad || shell == "cmd" && name.contains(['%', '!']), "{shell}: {name:?}: {error}");
                    continue;
                }
            };
            generate(&text, shell, &folder.0);
            let report = csr::read(&fs::read(folder.0.join("k.csr")).unwrap());
            assert!(report.accepted, "{:?}", report.findings);
            let mut groups = vec![other.clone(), name.clone(), "dev".to_owned()];
            groups.sort();
            assert_eq!((&report.identity.user, &report.identity.groups), (&name, &groups), "{shell}");
            assert_eq!(report.identity.uid.as_ref(), Some(&name), "{shell}");
            assert_eq!(fs::metadata(folder.0.join("k.key")).unwrap().permissions().mode() & 0o77, 0, "{shell}: others may read the key");
            fs::remove_file(folder.0.join("k.key")).unwrap();
            made += 1;
        }
    }
    assert!(made > 190, "{made}");
}

#[test]
fn openssl_makes_each_kind_of_key_and_the_other_names() {
    let folder = Folder::new("kinds");
    for algorithm in ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-2048", "rsa-3072"] {
        let step = object!({ "step": "generate-with-openssl", "algorithm": algorithm,
            "subject": { "user": "Jane Doe", "dnsNames": ["*.example.com"], "ipAddresses": ["::1", "10.0.0.1"] } });
        generate(&lines(&step, "sh").unwrap(), "dash", &folder.0);
        let report = csr::read(&fs::read(folder.0.join("jane-doe.csr")).unwrap());
        assert!(report.accepted, "{:?}", report.findings);
        assert_eq!(report.key_algorithm, algorithm);
        assert_eq!(report.dns_names, ["*.example.com"]);
        assert_eq!(report.ip_addresses.len(), 2);
        let digest = if algorithm == "ecdsa-p384" { "ecdsa-with-sha384" } else { &report.signature_algorithm };
        assert_eq!(report.signature_algorithm, digest);
    }
    let long = object!({ "step": "generate-with-openssl", "algorithm": "ed25519", "subject": { "user": "x".repeat(65) } });
    assert_eq!(lines(&long, "sh").unwrap_err().code(), Code::InvalidSubject);
}

/// The text that the program behind the lines got, in each shell: by standard input, or in a file that it was given.
fn fed(step: &serde_json::Value, shell: &str, folder: &Path) -> String {
    let text = lines(step, shell).unwrap();
    if shell == "sh" {
        sh("dash", folder, &text);
        return fs::read_to_string(folder.join("log.stdin")).unwrap();
    }
    let mut got = String::new();
    let answer = &mut |run: &Run, files: &mut BTreeMap<String, String>| {
        if run.words[0] == "openssl" {
            assert_eq!(run.words[1..], ["base64", "-A", "-in", "j d.csr"]);
            return "QUJD".to_owned();
        }
        let file = run.words.last().unwrap();
        got = run.stdin.clone().unwrap_or_else(|| files[file].clone());
        String::new()
    };
    match shell {
        "cmd" => cmd::run(&text, &mut World::new(answer)),
        _ => powershell::run(&text, Version::V5, &mut World::new(answer)),
    }
    got
}

#[test]
fn a_request_that_openssl_wrote_becomes_a_manifest() {
    let folder = Folder::new("manifest");
    programs(&folder.0, &["kubectl"]);
    fs::write(folder.0.join("j d.csr"), "ABC").unwrap();
    let step = object!({ "step": "submit-request-file", "name": "jane-1", "request": "j d.csr", "expirationSeconds": 3600 });
    for shell in SHELLS {
        let text = fed(&step, shell, &folder.0).replace("\r\n", "\n").replace("\"\\\n", "\"");
        assert!(text.contains("  request: \"QUJD\"\n  signerName: \"kubernetes.io/kube-apiserver-client\"\n"), "{shell}: {text}");
        assert!(text.contains("  name: \"jane-1\"\n") && text.contains("\n  expirationSeconds: 3600\n"), "{shell}: {text}");
    }
    for (field, value) in [("name", "$(id)"), ("signerName", "a.b/$(id)"), ("usages", "$(id)"), ("name", "a\"b")] {
        let mut step = object!({ "step": "submit-request-file", "name": "jane-1", "request": "j.csr" });
        step[field] = if field == "usages" { object!([value]) } else { object!(value) };
        for shell in SHELLS {
            lines(&step, shell).expect_err("a value that the shell would replace");
        }
    }
}

#[test]
fn a_manifest_reaches_kubectl_with_the_same_texts_in_every_shell() {
    let folder = Folder::new("apply");
    programs(&folder.0, &["kubectl"]);
    for name in names() {
        let step = object!({ "step": "apply", "manifests": { "kind": "Role", "metadata": { "name": "a" }, "x": name, "y": [name] }, "file": "m.yaml" });
        for shell in SHELLS {
            let text = fed(&step, shell, &folder.0);
            let value = text.lines().find_map(|line| line.strip_prefix("x: ")).unwrap();
            assert_eq!(scalar(value.trim_end_matches('\r')), name, "{shell}: {text}");
            assert!(shell == "sh" || text.is_ascii(), "{text}");
            assert!(!text.chars().any(|character| is_invisible(character) && !['\r', '\n'].contains(&character)), "{shell}: {text:?}");
        }
    }
}

/// A double-quoted YAML scalar on one line (YAML 1.2.2, 5.7), as far as our writer goes.
fn scalar(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).expect("quotes");
    let mut out = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            assert_ne!(character, '"');
            out.push(character);
            continue;
        }
        let digits = match characters.next().unwrap() {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' => {
                out.push('\0');
                continue;
            }
            short => {
                out.push(match short {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    same => same,
                });
                continue;
            }
        };
        let code: String = characters.by_ref().take(digits).collect();
        out.push(char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap());
    }
    out
}

#[test]
fn a_file_is_used_where_it_is_whatever_its_name() {
    let folder = Folder::new("files");
    programs(&folder.0, &["kubectl"]);
    for name in ["k.yaml", "-k.yaml", "a b's.yaml", "$x`y`.yaml", "\u{540d}.yaml"] {
        let step = object!({ "step": "use-kubeconfig", "file": name });
        fs::write(folder.0.join(name), "").unwrap();
        let text = lines(&step, "sh").unwrap();
        for shell in ["bash", "dash"] {
            let runs = sh(shell, &folder.0, &text);
            let place = format!("KUBECONFIG={}", folder.0.join(name).display());
            assert_eq!(runs, [words(&["kubectl", "auth", "whoami", &place])], "{text}");
            assert_eq!(fs::metadata(folder.0.join(name)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let mut answer = |_: &Run, _: &mut BTreeMap<String, String>| String::new();
        let mut world = World::new(&mut answer);
        world.env.insert("CD".to_owned(), r"C:\here".to_owned());
        cmd::run(&lines(&step, "cmd").unwrap(), &mut world);
        assert_eq!(world.env["KUBECONFIG"], format!(r"C:\here\{name}"));
        assert_eq!(restricted(&world.runs), [format!(r"C:\here\{name}")]);
        let mut world = World::new(&mut answer);
        powershell::run(&lines(&step, "powershell").unwrap(), Version::V5, &mut world);
        assert_eq!(world.env["KUBECONFIG"], name, "in the folder at hand");
        assert_eq!(restricted(&world.runs), [name]);
    }
    let text = lines(&object!({ "step": "use-kubeconfig", "file": "k 1.yaml", "folder": "downloads" }), "sh").unwrap();
    assert!(text.contains("export KUBECONFIG=\"$HOME\"/Downloads/'k 1.yaml'\n"), "{text}");
    for (shell, file) in [("sh", "a:b"), ("cmd", "a;b"), ("powershell", "a;b"), ("cmd", "%TEMP%"), ("sh", "a\nb")] {
        let error = lines(&object!({ "step": "use-kubeconfig", "file": file }), shell).unwrap_err();
        assert_eq!(error.code(), Code::UnquotableValue, "{shell} {file:?}");
    }
}

#[test]
fn the_token_reaches_curl_and_stands_on_no_command_line() {
    let folder = Folder::new("curl");
    programs(&folder.0, &["curl"]);
    let token = "eyJhbGciOi.canary-1f0c.s1g";
    fs::write(folder.0.join("my token"), format!("{token}\n")).unwrap();
    let step =
        object!({ "step": "curl", "server": "https://h:6443", "credential": "token", "tokenFile": "my token", "path": "/api?x=y&z=(1)" });
    for shell in ["bash", "dash"] {
        let runs = sh(shell, &folder.0, &lines(&step, "sh").unwrap());
        assert_eq!(runs, [words(&["curl", "--cacert", "ca.crt", "--header", "@-", "https://h:6443/api?x=y&z=(1)"])]);
        assert_eq!(fs::read_to_string(folder.0.join("log.stdin")).unwrap(), format!("Authorization: Bearer {token}\n"));
    }
    let mut sent = String::new();
    let mut answer = |run: &Run, files: &mut BTreeMap<String, String>| {
        assert_eq!(run.words.last().unwrap(), "https://h:6443/api?x=y&z=(1)");
        sent = run.stdin.clone().unwrap_or_else(|| files[run.words[4].trim_start_matches('@')].clone());
        String::new()
    };
    let mut world = World::new(&mut answer);
    world.files.insert("my token".to_owned(), format!("{token}\n"));
    cmd::run(&lines(&step, "cmd").unwrap(), &mut world);
    assert_eq!(world.runs[0].words[..5], ["curl", "--cacert", "ca.crt", "--header", "@my token.header"]);
    assert_eq!(world.files.keys().collect::<Vec<_>>(), ["my token"], "the second copy is gone");
    assert_eq!(sent, format!("Authorization: Bearer {token}\n"));
    let mut answer = |run: &Run, _: &mut BTreeMap<String, String>| {
        sent = run.stdin.clone().unwrap();
        String::new()
    };
    let mut world = World::new(&mut answer);
    world.files.insert("my token".to_owned(), format!("{token}\r\n"));
    powershell::run(&lines(&step, "powershell").unwrap(), Version::V5, &mut world);
    assert_eq!(world.runs[0].words, ["curl.exe", "--cacert", "ca.crt", "--config", "-", "https://h:6443/api?x=y&z=(1)"]);
    assert_eq!(sent, format!("header = \"Authorization: Bearer {token}\"\r\n"));

    let insecure =
        object!({ "step": "curl", "server": "https://h:6443", "credential": "token", "tokenFile": "my token", "insecure": true });
    for shell in SHELLS {
        let text = lines(&insecure, shell).unwrap();
        assert!(text.contains("insecure:") && text.contains("--insecure") && !text.contains("my token"), "{text}");
    }
}

/// The files that icacls restricted to their owner.
fn restricted(runs: &[Run]) -> Vec<String> {
    let icacls: Vec<&Run> = runs.iter().filter(|run| run.words[0].starts_with("icacls")).collect();
    let mut files = Vec::new();
    for pair in icacls.chunks(2) {
        let [reset, grant] = pair else { panic!("{pair:?}") };
        assert_eq!(reset.words[2..], ["/reset", "/q"]);
        assert_eq!(grant.words[2..], ["/inheritance:r", "/grant:r", "*S-1-3-4:F", "/q"]);
        assert_eq!(reset.words[1], grant.words[1]);
        files.push(reset.words[1].clone());
    }
    files
}

/// Each step that writes a secret: its lines, with the file that must be for its owner alone.
fn steps_that_write_secrets(file: &str) -> [serde_json::Value; 4] {
    [
        object!({ "step": "create-token", "serviceAccount": "ci", "namespace": "apps", "file": file }),
        object!({ "step": "read-secret-token", "secret": "ci", "namespace": "apps", "file": file }),
        object!({ "step": "read-secret-token", "secret": "ci", "namespace": "apps", "file": "other", "certificateAuthority": file }),
        object!({ "step": "generate-with-openssl", "algorithm": "ed25519", "key": file, "subject": { "user": "jane" } }),
    ]
}

/// What icacls does to permissions, as far as these lines go (Microsoft, "icacls"): /reset leaves those that the folder gives,
/// /inheritance:r takes these away, /grant:r gives one.
#[derive(Default)]
struct Acl {
    reset: bool,
    inherits: bool,
    granted: Vec<String>,
}

#[test]
fn on_windows_a_secret_is_written_to_a_file_that_its_owner_alone_can_read() {
    for name in ["token", "a b's", "-t", "\u{540d}", "t&u"] {
        for step in steps_that_write_secrets(name) {
            for shell in ["powershell", "cmd"] {
                let Ok(text) = lines(&step, shell) else {
                    assert!(!name.is_ascii(), "{shell} {name}"); // openssl on Windows
                    continue;
                };
                let mut acls: BTreeMap<String, Acl> = BTreeMap::new();
                let mut written = 0;
                let answer = &mut |run: &Run, files: &mut BTreeMap<String, String>| {
                    let of = |file: &str| shells::plain(file);
                    match run.words[0].trim_end_matches(".exe") {
                        "icacls" => {
                            let file = of(&run.words[1]);
                            assert_eq!(files.get(&file).map(String::as_str), Some(""), "it is there, and empty: {text}");
                            let acl = acls.entry(file).or_insert(Acl { inherits: true, ..Acl::default() });
                            for word in &run.words[2..] {
                                match word.as_str() {
                                    "/reset" => *acl = Acl { reset: true, inherits: true, granted: Vec::new() },
                                    "/inheritance:r" => acl.inherits = false,
                                    "/grant:r" | "/q" => {}
                                    sid => acl.granted.push(sid.to_owned()),
                                }
                            }
                            String::new()
                        }
                        _ if run.words.iter().any(|word| word == "req") => String::new(),
                        _ => {
                            let acl = acls.get(&of(name)).filter(|_| !text.contains("other") || written > 0);
                            written += 1;
                            if let Some(acl) = acl {
                                assert!(acl.reset && !acl.inherits && acl.granted == ["*S-1-3-4:F"], "{text}");
                            } else {
                                assert!(text.contains("other"), "a secret in a file that is not restricted: {text}");
                            }
                            "s3cret".to_owned()
                        }
                    }
                };
                match shell {
                    "cmd" => cmd::run(&text, &mut World::new(answer)),
                    _ => powershell::run(&text, Version::V5, &mut World::new(answer)),
                }
                assert!(written > 0, "{text}");
            }
        }
    }
}

#[test]
fn in_sh_an_older_file_does_not_keep_its_permissions() {
    let folder = Folder::new("restricted");
    programs(&folder.0, &["kubectl", "openssl"]);
    for name in ["token", "a b's", "-t"] {
        for step in steps_that_write_secrets(name).into_iter().take(3) {
            for shell in ["bash", "dash"] {
                let file = folder.0.join(name);
                fs::write(&file, "older").unwrap();
                fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
                sh(shell, &folder.0, &lines(&step, "sh").unwrap());
                assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o77, 0, "{step}");
            }
        }
    }
}
