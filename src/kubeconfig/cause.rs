//! What is wrong with a value that kubectl does not read: each cause is one that was checked, never a guess.
//!
//! A cause of a field of base64 is found in its text, or in the bytes that the text encodes. Most are confirmed by
//! undoing them: what is read then was damaged in this way.

use crate::encoding::pem;
use crate::finding::FindingCode;
use crate::go::base64::base64_of_go;
use crate::go::base64::is_base64_of_go;
use crate::names::is_invisible;
use zeroize::Zeroizing;

/// A stable code and a sentence that says what is wrong and what to do.
pub(crate) type Cause = (FindingCode, &'static str);

pub(crate) const BOM: &[u8] = b"\xEF\xBB\xBF";
const BEGIN: &[u8] = b"-----BEGIN ";

pub(crate) const TWICE: Cause =
    (FindingCode::Base64Twice, "The value is encoded in base64 twice. kubectl decodes it once. Decode it once before you write it here.");
const BRACKETS: Cause =
    (FindingCode::AngleBrackets, "The value is in angle brackets, as in a template. They are not part of it. Remove < and >.");
const QUOTES: Cause = (FindingCode::Quotes, "There are quotation marks around the value that are part of it. Remove the inner ones.");
const HTML: Cause = (
    FindingCode::HtmlEscapes,
    "The value contains HTML escapes such as &#43; or &amp;. Copy the text as the page shows it, not its source.",
);
const INVISIBLE: Cause = (
    FindingCode::InvisibleCharacters,
    "The value contains invisible or control characters. They usually come from copying out of a document. Type the value again or copy it from a terminal.",
);
const WHITE_SPACE: Cause = (FindingCode::WhiteSpace, "The value contains white space, which kubectl does not accept here. Remove it.");
const PLACEHOLDER: Cause =
    (FindingCode::Placeholder, "The value is a variable or template that was not replaced. kubectl replaces none. Write the value itself.");

/// White space as people see it, no-break spaces included.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || character == '\u{FEFF}' || character == '\u{200B}'
}

/// What an address, a path or a base64 text is wrapped in or has in it that is not part of it.
pub(crate) fn of_text(text: &str) -> Option<Cause> {
    let trimmed = text.trim_matches(is_space);
    let around = |open: &[char], close: &[char]| {
        let inner = trimmed.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.is_empty())
    };
    if around(&['<'], &['>']) {
        return Some(BRACKETS);
    }
    if around(&['"', '\'', '`', '\u{201C}', '\u{201E}', '\u{2018}'], &['"', '\'', '`', '\u{201D}', '\u{201C}', '\u{2019}']) {
        return Some(QUOTES);
    }
    if trimmed.as_bytes().windows(2).any(|two| matches!(two, b"${" | b"$(" | b"{{")) {
        return Some(PLACEHOLDER);
    }
    if has_html_escapes(text) {
        return Some(HTML);
    }
    None
}

/// As [`of_text`], and what cannot be seen or separates words.
pub(crate) fn of_text_or_space(text: &str) -> Option<Cause> {
    if let Some(cause) = of_text(text) {
        return Some(cause);
    }
    if text.contains(|character: char| is_invisible(character) && !matches!(character, '\t' | '\n' | '\r')) {
        return Some(INVISIBLE);
    }
    text.contains(is_space).then_some(WHITE_SPACE)
}

/// `&#43;`, `&#x2B;` and the names that pages write.
pub(crate) fn has_html_escapes(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        let Some((name, _)) = rest.split_once(';') else { return false };
        let number = name.strip_prefix('#').is_some_and(|digits| {
            let digits = digits.trim_start_matches(['x', 'X']);
            (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        });
        number || ["amp", "lt", "gt", "quot", "apos", "nbsp", "plus", "equals", "sol", "shy"].contains(&name)
    })
}

/// A path as people write one, which a field of base64 does not take.
pub(crate) fn is_path(text: &str) -> bool {
    let text = text.trim();
    let drive = matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let endings = [".crt", ".cer", ".pem", ".key", ".der", ".p12", ".pfx"];
    !text.contains(['\n', '\r'])
        && text.len() < 4096
        && (drive
            || ["./", "../", "~/", "~\\", "\\\\", "file:"].iter().any(|start| text.starts_with(start))
            || text.starts_with('/') && text.len() < 512 && text[1..].contains(|character: char| !matches!(character, '+' | '=' | '/'))
            || endings.iter().any(|ending| text.to_ascii_lowercase().ends_with(ending)))
}

/// Why Go's base64 refuses a text.
pub(crate) fn of_base64(text: &str) -> Cause {
    if text.contains("-----BEGIN") {
        return (
            FindingCode::PemInDataField,
            "The field takes the base64 of the PEM text, and this is the PEM text itself. Encode the file: base64 -w0 FILE prints it.",
        );
    }
    if let Some(cause) = of_text(text) {
        return cause;
    }
    if text.contains(";base64,") {
        return (FindingCode::DataUrl, "The value begins like a data: URL. kubectl reads base64 alone. Remove everything up to the comma.");
    }
    if is_path(text) {
        return (
            FindingCode::PathInDataField,
            "The field takes the data itself, and this is a path. Write it to the field of the same name without -data, or embed the file.",
        );
    }
    if let Some(cause) = of_text_or_space(text) {
        return cause;
    }
    if text.ends_with("...") || text.contains('\u{2026}') {
        return (FindingCode::Shortened, "The value was shortened: it contains dots where text was left out. Copy it whole.");
    }
    let digits = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '/' | '=' | '\r' | '\n');
    if text.contains(['-', '_']) && text.replace(['-', '_'], "").chars().all(digits) {
        return (
            FindingCode::Base64ForUrls,
            "The value is base64 for URLs, with - and _. kubectl reads base64 with + and / only. Encode it again.",
        );
    }
    if let Some(cause) = of_wrapping(text) {
        return cause;
    }
    if !text.chars().all(digits) {
        return (FindingCode::NotBase64, "The value contains characters that base64 does not have. Copy it again.");
    }
    let compact: String = text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    let compact = Zeroizing::new(compact);
    let body = compact.trim_end_matches('=');
    if body.contains('=') {
        (
            FindingCode::Base64Joined,
            "There is a = inside the base64, where one value ends and the next begins. Only one value is allowed: join the files first, then encode.",
        )
    } else if body.len() % 4 == 1 {
        (FindingCode::Base64CutOff, "No base64 has this length, so the value is cut off. Copy it again.")
    } else {
        (
            FindingCode::Base64Padding,
            "Not valid base64: the = padding at the end is missing or wrong, so the value may be truncated. Copy it again.",
        )
    }
}

/// What else comes along with base64 when it is copied: each is confirmed by taking it away.
fn of_wrapping(text: &str) -> Option<Cause> {
    if text.strip_suffix('%').is_some_and(is_base64_of_go) {
        return Some((
            FindingCode::PercentAtEnd,
            "There is a % behind the value. zsh prints it where a file has no line end; it is not part of the file. Remove it.",
        ));
    }
    if is_base64_of_go(text.trim_matches([',', ';', '"', '\'', '[', ']', '{', '}', '(', ')'])) {
        return Some((
            FindingCode::Quotes,
            "There are quotation marks, commas or brackets around the value that are part of it. Remove them.",
        ));
    }
    if is_base64_of_go(&text.replace("\\r", "").replace("\\n", "")) {
        return Some((
            FindingCode::EscapedLineBreaks,
            "The value contains \\n where a line break was. Remove these, or use real line breaks.",
        ));
    }
    let unescaped =
        text.replace("%2B", "+").replace("%2b", "+").replace("%2F", "/").replace("%2f", "/").replace("%3D", "=").replace("%3d", "=");
    (text.contains('%') && is_base64_of_go(&unescaped)).then_some((
        FindingCode::UrlEscapes,
        "The value contains escapes of a URL, such as %2B or %3D. Replace them by the characters that they encode: + / =.",
    ))
}

/// Why Go finds no PEM block in the bytes that a field of base64 encodes.
pub(crate) fn of_pem(text: &str, bytes: &[u8]) -> Cause {
    let reads = |bytes: &[u8]| pem::first(bytes).is_some();
    if let Some(rest) = bytes.strip_prefix(BOM)
        && reads(rest)
    {
        return (
            FindingCode::ByteOrderMark,
            "The PEM text begins with a byte-order mark (BOM). kubectl does not find -----BEGIN behind it. Save the file as UTF-8 without BOM and encode it again.",
        );
    }
    if bytes.iter().take(64).skip(1).step_by(2).filter(|byte| **byte == 0).count() > 8
        || bytes.iter().take(64).step_by(2).filter(|byte| **byte == 0).count() > 8
    {
        return (
            FindingCode::Utf16,
            "The PEM text is in UTF-16. kubectl reads UTF-8 only. Save the file as UTF-8 without BOM and encode it again.",
        );
    }
    if is_der(bytes) {
        return (
            FindingCode::Der,
            "The value is DER, the binary form. kubectl reads PEM, which begins with -----BEGIN. Convert it with openssl, then encode it.",
        );
    }
    if encoded_twice(bytes) {
        return TWICE;
    }
    if let Ok(inner) = std::str::from_utf8(bytes) {
        if has_html_escapes(inner) {
            return HTML;
        }
        if let Some(cause) = of_pem_text(inner) {
            return cause;
        }
    }
    // What decodes by chance: a path of letters and slashes alone.
    if is_path(text) && !bytes.windows(BEGIN.len()).any(|window| window == BEGIN) {
        return (
            FindingCode::PathInDataField,
            "The field takes the data itself, and this is a path. Write it to the field of the same name without -data, or embed the file.",
        );
    }
    if bytes.windows(BEGIN.len()).any(|window| window == BEGIN) {
        return (
            FindingCode::PemDamaged,
            "The PEM block is damaged. Copy everything from the BEGIN line to the END line, dashes included.",
        );
    }
    (FindingCode::NoPem, "There is no PEM block in the value: PEM begins with -----BEGIN. kubectl reads nothing else here.")
}

fn of_pem_text(inner: &str) -> Option<Cause> {
    let reads = |text: String| pem::first(Zeroizing::new(text).as_bytes()).is_some();
    if !inner.contains("-----BEGIN ") {
        return None;
    }
    if inner.contains("\\n") && reads(inner.replace("\\r", "").replace("\\n", "\n")) {
        return Some((
            FindingCode::EscapedLineBreaks,
            "The line breaks of the PEM text are written as \\n. kubectl needs real ones. Replace them and encode the text again.",
        ));
    }
    if reads(inner.lines().map(|line| format!("{}\n", line.trim_matches(is_space))).collect()) {
        return Some((
            FindingCode::PemIndented,
            "The lines of the PEM text are indented or have white space around them. kubectl does not find -----BEGIN and -----END then. Remove it and encode the text again.",
        ));
    }
    let visible: String = inner.chars().filter(|character| *character == '\n' || !is_invisible(*character)).collect();
    if visible.len() < inner.len() && reads(visible) {
        return Some(INVISIBLE);
    }
    if !inner.trim().contains('\n') {
        return Some((
            FindingCode::LineBreaksLost,
            "The PEM text is on one line. kubectl needs the line breaks behind -----BEGIN …----- and in front of -----END. Copy the file again, with its line breaks.",
        ));
    }
    if !inner.contains("-----END ") {
        return Some((FindingCode::PemCutOff, "The PEM block has no -----END line, so it is cut off. Copy the file again."));
    }
    None
}

/// A SEQUENCE that is exactly as long as it says, as certificates and keys are.
fn is_der(bytes: &[u8]) -> bool {
    crate::encoding::der::Reader::one(bytes, crate::encoding::der::tag::SEQUENCE).is_some_and(|contents| contents.len() > 16)
}

/// Base64 of base64: somebody encoded what was encoded already.
pub(crate) fn encoded_twice(bytes: &[u8]) -> bool {
    let inner = std::str::from_utf8(bytes).ok().map(str::trim).and_then(base64_of_go).map(Zeroizing::new);
    inner.is_some_and(|inner| inner.windows(BEGIN.len()).any(|window| window == BEGIN))
}

/// Data where a path is wanted: a certificate, a key or a token.
pub(crate) fn data_in_path(value: &str) -> bool {
    let text = value.trim_matches(is_space);
    let compact: String = text.chars().filter(|character| !is_space(*character)).collect();
    let compact = Zeroizing::new(compact);
    let base64 = compact.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte));
    // The base64 of -----BEGIN, and of what begins like the DER of a certificate or a key.
    let begins = ["LS0tLS1CRUdJTi", "77u/LS0tLS1CRUdJTi", "MII", "MIG", "MHcCAQ", "MHYCAQ"].iter().any(|start| compact.starts_with(start));
    text.contains("-----BEGIN") || compact.contains("LS0tLS1CRUdJTi") || base64 && begins && compact.len() > 40 || is_token(&compact)
}

/// The shapes of tokens: JSON Web Tokens, bootstrap tokens, and random letters and digits with nothing of a path about them.
fn is_token(text: &str) -> bool {
    if text.starts_with("eyJ") && text.matches('.').count() >= 2 || crate::token::bootstrap_id(text).is_some() {
        return true;
    }
    if is_path(text) || text.contains(['/', '\\', '$', '%', '<']) {
        return false;
    }
    let random = |part: &str| {
        part.len() >= 20 && part.bytes().filter(u8::is_ascii_digit).count() >= 4 && part.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    text.split(|character: char| !character.is_ascii_alphanumeric()).any(random)
}
