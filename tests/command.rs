//! Command lines as each shell reads them: sh by bash and dash themselves, PowerShell and cmd by readers of their rules
//! (tests/shells). Programs are stood in for by ones that tell what they were given; what they do on a real cluster is
//! tests/package/commands.test.mjs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::shells;

use kubecred::names::is_invisible;
use kubecred::shell::commands;
use kubecred::{Code, Value};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::json as object;
use shells::posix::{Folder, programs, sh};
use shells::powershell::Version;
use shells::{Run, SHELLS, World, cmd, lines, names, powershell, words};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What a line of this shell may carry, said anew: what the rules of the issue leave over.
fn may_carry(shell: &str, value: &str) -> bool {
    let seen = !value.is_empty() && !value.chars().any(is_invisible);
    match shell {
        "sh" => seen,
        "powershell" => seen && !(value.ends_with('\\') && value.contains(char::is_whitespace)),
        _ => seen && !value.contains(['%', '!', '"']),
    }
}

/// A step with a name in it, and the programs with their words that it must come to.
struct Case {
    step: serde_json::Value,
    runs: Vec<Vec<String>>,
}

/// `before`, the name as a word that is no option, `options`.
fn with_operand(before: &[&str], name: &str, options: &[&str]) -> Vec<String> {
    let tail = if name.starts_with('-') { [options, &["--", name]].concat() } else { [&[name], options].concat() };
    words(&[before, &tail].concat())
}

fn cases(name: &str) -> Vec<Case> {
    let template = "--output=go-template={{.status.certificate | base64decode}}";
    let mut cases = vec![
        Case {
            step: object!({ "step": "assemble-kubeconfig", "file": "k", "server": "https://h", "user": "u", "certificate": "c", "key": "d",
                "clusterName": name, "userName": name, "contextName": name, "tlsServerName": name }),
            runs: vec![
                with_operand(
                    &["kubectl", "config", "set-cluster"],
                    name,
                    &["--kubeconfig=k", "--server=https://h", &format!("--tls-server-name={name}")],
                ),
                with_operand(
                    &["kubectl", "config", "set-credentials"],
                    name,
                    &["--kubeconfig=k", "--client-certificate=c", "--client-key=d", "--embed-certs=true"],
                ),
                with_operand(
                    &["kubectl", "config", "set-context"],
                    name,
                    &["--kubeconfig=k", &format!("--cluster={name}"), &format!("--user={name}")],
                ),
                with_operand(&["kubectl", "config", "use-context"], name, &["--kubeconfig=k"]),
            ],
        },
        Case {
            step: object!({ "step": "bind-role", "role": name, "name": "b", "subjects": [
                { "kind": "User", "name": name }, { "kind": "Group", "name": name }, { "kind": "ServiceAccount", "name": name, "namespace": "n" }] }),
            runs: vec![words(&[
                "kubectl",
                "create",
                "clusterrolebinding",
                "b",
                &format!("--clusterrole={name}"),
                &format!("--user={name}"),
                &format!("--group={name}"),
                &format!("--serviceaccount=n:{name}"),
            ])],
        },
        Case {
            step: object!({ "step": "create-token", "serviceAccount": "s", "namespace": "n", "audiences": [name, "b"] }),
            runs: vec![words(&["kubectl", "create", "token", "s", "--namespace=n", &format!("--audience={name}"), "--audience=b"])],
        },
    ];
    if !name.contains(['/', '%']) && ![".", ".."].contains(&name) {
        cases.extend([
            Case {
                step: object!({ "step": "approve", "name": name }),
                runs: vec![with_operand(&["kubectl", "certificate", "approve"], name, &[])],
            },
            Case {
                step: object!({ "step": "deny", "name": name }),
                runs: vec![with_operand(&["kubectl", "certificate", "deny"], name, &[])],
            },
            Case {
                step: object!({ "step": "show-request", "name": name }),
                runs: vec![with_operand(&["kubectl", "get", "csr"], name, &["--output=yaml"])],
            },
            Case {
                step: object!({ "step": "fetch-certificate", "name": name, "file": "f" }),
                runs: vec![with_operand(&["kubectl", "get", "csr"], name, &[template])],
            },
            Case {
                step: object!({ "step": "wait-for-certificate", "name": name, "timeoutSeconds": 5 }),
                runs: vec![with_operand(&["kubectl", "wait", "csr"], name, &["--for=jsonpath={.status.certificate}", "--timeout=5s"])],
            },
        ]);
    }
    cases
}

/// What the two Windows shells make of a text; both versions of PowerShell must agree.
fn windows(shell: &str, text: &str) -> Vec<Vec<String>> {
    let mut answer = |_: &Run, _: &mut BTreeMap<String, String>| "PRINTED\n".to_owned();
    let mut seen = |version| {
        let mut world = World::new(&mut answer);
        world.env.extend(
            [("CD", r"C:\here"), ("PATH", "replaced"), ("USERPROFILE", r"C:\Users\x")].map(|(key, value)| (key.into(), value.into())),
        );
        match version {
            None => cmd::run(text, &mut world),
            Some(version) => powershell::run(text, version, &mut world),
        }
        world.runs.into_iter().map(|run| run.words).collect::<Vec<_>>()
    };
    if shell == "cmd" {
        return seen(None);
    }
    let both = [seen(Some(Version::V5)), seen(Some(Version::V7))];
    assert_eq!(both[0], both[1], "{text}");
    both.into_iter().next().unwrap()
}

/// Every case that the shell may carry, checked; every other one refused, and its name not repeated.
fn check(names: &[String], folder: &Path) -> (usize, usize) {
    let (mut carried, mut refused) = (0, 0);
    let (mut script, mut expected) = (String::new(), Vec::new());
    for name in names {
        for case in cases(name) {
            for shell in SHELLS {
                let found = lines(&case.step, shell);
                if !may_carry(shell, name) {
                    let error = found.expect_err(&format!("{shell}: {name:?}"));
                    assert_eq!(error.code(), Code::UnquotableValue, "{shell}: {name:?}");
                    assert!(name.chars().count() < 4 || !error.message().contains(name.as_str()), "{name:?} is repeated");
                    refused += 1;
                    continue;
                }
                carried += 1;
                let text = found.unwrap_or_else(|error| panic!("{shell}: {name:?}: {error}"));
                assert!(!text.ends_with('\n') && !text.contains('\r'), "{text:?}");
                if shell == "sh" {
                    script += &format!("{text}\n");
                    expected.extend(case.runs.clone());
                } else {
                    assert_eq!(windows(shell, &text), case.runs, "{shell}: {name:?}: {text}");
                }
            }
        }
    }
    for shell in ["bash", "dash"] {
        let seen = sh(shell, folder, &script);
        assert_eq!(seen.len(), expected.len(), "{shell}");
        for (seen, expected) in seen.iter().zip(&expected) {
            assert_eq!(seen, expected, "{shell}");
        }
    }
    (carried, refused)
}

#[test]
fn every_name_reaches_the_program_as_it_is_or_is_refused() {
    let folder = Folder::new("names");
    programs(&folder.0, &["kubectl"]);
    let (carried, refused) = check(&names(), &folder.0);
    println!("{carried} carried, {refused} refused");
    assert!(carried > 1500 && refused > 200, "{carried} carried, {refused} refused");
    let left: Vec<String> =
        fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(left.iter().all(|name| ["bin", "log", "log.stdin", "script", "f"].contains(&name.as_str())), "a name did something: {left:?}");
}

const UID: &str = "b990c74b-059c-4514-a54e-4ee8af39630b";

/// A decision is made where the uid is the one that was read, and nowhere else; in each shell, for each name.
#[test]
fn a_decision_by_lines_is_made_under_the_same_uid_alone() {
    let folder = Folder::new("uid");
    fs::create_dir_all(folder.0.join("bin")).unwrap();
    let file = folder.0.join("bin").join("kubectl");
    fs::write(&file, "#!/bin/sh\n{ printf '%s\\0' kubectl \"$@\"; printf '\\0'; } >> \"$LOG\"\n[ \"$1\" != get ] || cat uid\n").unwrap();
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut checked = 0;
    for name in names().into_iter().filter(|name| !name.contains(['/', '%']) && ![".", ".."].contains(&name.as_str())) {
        for verb in ["approve", "deny"] {
            for printed in [UID, "c990c74b-059c-4514-a54e-4ee8af39630b", ""] {
                let mut expected = vec![with_operand(&["kubectl", "get", "csr"], &name, &["--output=jsonpath={.metadata.uid}"])];
                if printed == UID {
                    expected.push(with_operand(&["kubectl", "certificate", verb], &name, &[]));
                }
                for shell in SHELLS {
                    let found = lines(&object!({ "step": verb, "name": name, "uid": UID }), shell);
                    if !may_carry(shell, &name) {
                        assert_eq!(found.unwrap_err().code(), Code::UnquotableValue, "{shell}: {name:?}");
                        continue;
                    }
                    let text = found.unwrap();
                    checked += 1;
                    if shell == "sh" {
                        // A process for each: the first names are enough of them for the two that print another uid.
                        if printed != UID && checked > 200 {
                            continue;
                        }
                        fs::write(folder.0.join("uid"), printed).unwrap();
                        let (seen, said) = sh_says(&folder.0, &text);
                        assert_eq!(seen, expected, "{text}");
                        assert_eq!(said.starts_with("Not "), printed != UID, "{text}: {said}");
                        continue;
                    }
                    for version in [Version::V5, Version::V7] {
                        let mut answer = |run: &Run, _: &mut BTreeMap<String, String>| {
                            if run.words[1] == "get" { printed.to_owned() } else { "done\n".to_owned() }
                        };
                        let mut world = World::new(&mut answer);
                        if shell == "cmd" {
                            cmd::run(&text, &mut world)
                        } else {
                            powershell::run(&text, version, &mut world)
                        }
                        let said = world.said.len();
                        let seen: Vec<_> = world.runs.into_iter().map(|run| run.words).collect();
                        assert_eq!(seen, expected, "{shell}: {text}");
                        assert_eq!(said, usize::from(printed != UID), "{shell}: {text}");
                    }
                }
            }
        }
    }
    println!("{checked} lines");
    assert!(checked > 500, "{checked} lines");
    for wrong in [
        "",
        "x",
        "B990C74B-059C-4514-A54E-4EE8AF39630B",
        "b990c74b-059c-4514-a54e-4ee8af39630b'",
        "$(id)",
        "b990c74b_059c_4514_a54e_4ee8af39630b",
    ] {
        for shell in SHELLS.into_iter().filter(|_| !wrong.is_empty()) {
            let error = lines(&object!({ "step": "approve", "name": "jane", "uid": wrong }), shell).unwrap_err();
            assert_eq!(error.code(), Code::InvalidOptions, "{wrong}");
        }
    }
}

/// What kubectl was given, and what the person is told; the script fails where something is said.
fn sh_says(folder: &Path, text: &str) -> (Vec<Vec<String>>, String) {
    let log = folder.join("log");
    let _ = fs::remove_file(&log);
    fs::write(folder.join("script"), text).unwrap();
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let done = std::process::Command::new("sh")
        .args(["-eu", "script"])
        .current_dir(folder)
        .env_clear()
        .envs([("PATH", path.as_str()), ("LOG", log.to_str().unwrap()), ("LC_ALL", "C.UTF-8")])
        .output()
        .unwrap();
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.success(), said.is_empty(), "{text}: {said}");
    let log = String::from_utf8(fs::read(log).unwrap()).unwrap();
    (log.split("\0\0").filter(|run| !run.is_empty()).map(|run| run.split('\0').map(str::to_owned).collect()).collect(), said)
}

#[test]
fn names_of_chance_reach_the_program_as_they_are_or_are_refused() {
    let folder = Folder::new("chance");
    programs(&folder.0, &["kubectl"]);
    let strategy = "[-a '\"\\\\$`%!^&|<>(){}\\[\\],;=@~#*?.:/\u{2019}\u{201d}\u{e9}\u{3000}\u{200b}]{1,12}";
    let mut runner = TestRunner::default();
    let names: Vec<String> = (0..200).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    check(&names, &folder.0);
}

#[test]
fn what_is_a_secret_or_no_value_is_refused() {
    let jwt = format!("eyJhbGciOiJSUzI1NiJ9.{}.c2ln", "canary".repeat(12));
    for shell in SHELLS {
        for step in [
            object!({ "step": "curl", "server": "https://h", "credential": "token", "tokenFile": jwt }),
            object!({ "step": "approve", "name": jwt }),
            object!({ "step": "apply", "manifests": { "kind": "Secret", "metadata": { "name": "a" }, "stringData": { "x": "canary" } } }),
            object!({ "step": "apply", "manifests": [{ "kind": "ConfigMap", "data": { "x": "-----BEGIN PRIVATE KEY-----canary" } }] }),
        ] {
            let error = lines(&step, shell).unwrap_err();
            assert_eq!(error.code(), Code::UnquotableValue, "{step}");
            assert!(!error.message().contains("canary"), "{}", error.message());
        }
        for (step, code) in [
            (object!({ "step": "curl", "server": "https://u:p@h", "credential": "token" }), Code::InvalidServer),
            (object!({ "step": "curl", "server": "https://h", "credential": "token", "token": "canary" }), Code::InvalidOptions),
            (object!({ "step": "curl", "server": "https://h", "credential": "token", "path": "/a b" }), Code::InvalidOptions),
            (object!({ "step": "approve", "name": "csr/other" }), Code::InvalidName),
            (object!({ "step": "approve", "name": "" }), Code::InvalidName),
            (object!({ "step": "create-token", "serviceAccount": "-x", "namespace": "n" }), Code::InvalidName),
            (object!({ "step": "create-token", "serviceAccount": "x", "namespace": "N" }), Code::InvalidName),
            (object!({ "step": "nothing" }), Code::InvalidOptions),
            (object!({ "step": "approve" }), Code::InvalidOptions),
        ] {
            assert_eq!(lines(&step, shell).unwrap_err().code(), code, "{step}");
        }
    }
    assert_eq!(commands(&Value::Null, "sh").unwrap_err().code(), Code::InvalidOptions);
    assert_eq!(lines(&object!({ "step": "find-server" }), "fish").unwrap_err().code(), Code::InvalidOptions);
}
