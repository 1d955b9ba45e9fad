//! Key and certificate request by OpenSSL.
//!
//! The name goes through a configuration file and not through `-subj`: that has rules of its own for `/`, `+` and `\`,
//! and Git for Windows rewrites words that look like paths. In a file (config(5ossl)) a double-quoted value is literal
//! but for `\` and `"`.

use super::script::Script;
use super::script::slug;
use crate::crypto::KeyAlgorithm;
use crate::error::{Code, Error, Result};
use crate::value::Value;
use crate::x509::subject::Subject;
use std::fmt::Write;

/// Upper bound of CN and O in X.520, which OpenSSL insists on and Kubernetes does not.
const MAX_NAME: usize = 64;

/// `{ subject, algorithm, key?, request? }`: files named after the user by default.
pub(crate) fn generate(script: &mut Script<'_>) {
    let subject = Subject::from_value(script.value("subject").unwrap_or(&Value::Null));
    let subject = script.or_empty(subject);
    let algorithm = match KeyAlgorithm::from_name(script.needed("algorithm")) {
        Ok(algorithm) => algorithm,
        Err(error) => return script.fail(error),
    };
    let stem = slug(&subject.identity.user);
    let key = script.file("key", &format!("{stem}.key"));
    let request = script.file("request", &format!("{stem}.csr"));
    let config = format!("{}.cnf", request.strip_suffix(".csr").unwrap_or(&request));

    let openssl = algorithm.openssl();
    script.program("openssl", "genpkey").pair("-algorithm", "algorithm", openssl.name);
    for option in openssl.options {
        script.pair("-pkeyopt", "algorithm", option);
    }
    script.pair("-out", "key", &key).private(&key).run();
    let text = configuration(&subject);
    let text = script.or_empty(text);
    script.write_file(&config, &text);
    script.program("openssl", "req -new -utf8");
    if let Some(digest) = openssl.digest {
        script.operand("", digest);
    }
    script.pair("-config", "request", &config).pair("-key", "key", &key).pair("-out", "request", &request).run();
}

fn configuration(subject: &Subject) -> Result<String> {
    let mut names = String::new();
    let identity = &subject.identity;
    for (index, group) in identity.sorted_groups().into_iter().enumerate() {
        line(&mut names, &format!("{}.O", index + 1), &short("groups", group)?);
    }
    line(&mut names, "CN", &short("user", &identity.user)?);
    if let Some(uid) = &identity.uid {
        line(&mut names, "1.1.3.6.1.4.1.57683.2", &quoted(uid)); // up to the first full stop it is a number, not part of the name
    }
    let mut others = String::new();
    for (index, name) in subject.dns_names.iter().enumerate() {
        line(&mut others, &format!("DNS.{}", index + 1), name);
    }
    for (index, address) in subject.ip_addresses.iter().enumerate() {
        line(&mut others, &format!("IP.{}", index + 1), &address.to_string());
    }
    let (extensions, section) = if others.is_empty() {
        ("", String::new())
    } else {
        ("req_extensions = extensions\n", format!("[extensions]\nsubjectAltName = @others\n[others]\n{others}"))
    };
    Ok(format!("[req]\nprompt = no\nutf8 = yes\nstring_mask = utf8only\ndistinguished_name = names\n{extensions}[names]\n{names}{section}"))
}

fn line(text: &mut String, key: &str, value: &str) {
    let _ = writeln!(text, "{key} = {value}"); // writing to a String cannot fail
}

fn short(field: &str, name: &str) -> Result<String> {
    if name.chars().count() > MAX_NAME {
        return Err(Error::new(
            Code::InvalidSubject,
            format!(
                "`{field}` contains a name of more than {MAX_NAME} characters, which openssl does not put into a request. Use a shorter name."
            ),
        ));
    }
    Ok(quoted(name))
}

/// A value that OpenSSL reads literally. An exclamation mark is escaped for the sake of a shell that looks for history.
fn quoted(value: &str) -> String {
    let mut out = String::from("\"");
    for character in value.chars() {
        if matches!(character, '\\' | '"' | '!') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}
