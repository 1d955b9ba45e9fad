//! What the front door changes, and why it refuses.

use crate::finding::{Finding, FindingCode, Level};

/// One wrapper that was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// One or several byte-order marks at the start.
    ByteOrderMark,
    /// UTF-16, with or without a byte-order mark.
    Utf16,
    /// Windows-1252 or the like: bytes that are not UTF-8.
    EightBit,
    /// DER became PEM.
    Der,
    /// Base64 of the whole was decoded.
    Base64,
    /// Base64 in the URL-safe alphabet.
    UrlSafe,
    /// Base64 without its padding.
    Unpadded,
    /// PEM on one line.
    OneLine,
    /// Lines that end in CR alone.
    CarriageReturns,
    /// Line breaks written as `\n`.
    Escaped,
    /// Quotes around the whole, or around its lines.
    Quoted,
    /// Indented lines.
    Indented,
    /// Lines that begin with `>`.
    MailQuoted,
    /// HTML entities and tags.
    Html,
    /// Hyphens replaced by dashes.
    Dashes,
    /// No-break and other unusual spaces.
    Spaces,
    /// Zero-width characters.
    Invisible,
    /// Other text around it.
    Around,
    /// A field's name in front of its value.
    FieldName,
    /// The output of `kubectl describe`.
    Described,
}

impl Change {
    /// The code of the finding.
    #[must_use]
    pub const fn code(self) -> FindingCode {
        match self {
            Change::ByteOrderMark => FindingCode::ByteOrderMark,
            Change::Utf16 => FindingCode::Utf16,
            Change::EightBit => FindingCode::NotUtf8,
            Change::Der => FindingCode::RawDer,
            Change::Base64 => FindingCode::Base64Encoded,
            Change::UrlSafe => FindingCode::Base64UrlSafe,
            Change::Unpadded => FindingCode::Base64Unpadded,
            Change::OneLine => FindingCode::LineBreaksMissing,
            Change::CarriageReturns => FindingCode::CarriageReturns,
            Change::Escaped => FindingCode::EscapedLineBreaks,
            Change::Quoted => FindingCode::Quoted,
            Change::Indented => FindingCode::Indented,
            Change::MailQuoted => FindingCode::MailQuoted,
            Change::Html => FindingCode::HtmlEscaped,
            Change::Dashes => FindingCode::TypographicDashes,
            Change::Spaces => FindingCode::NoBreakSpaces,
            Change::Invisible => FindingCode::ZeroWidthCharacters,
            Change::Around => FindingCode::TextAround,
            Change::FieldName => FindingCode::FieldName,
            Change::Described => FindingCode::KubectlDescribe,
        }
    }

    /// What was found and done.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Change::ByteOrderMark => "The text begins with a byte-order mark (U+FEFF), which was removed.",
            Change::Utf16 => "The text is UTF-16, the encoding of PowerShell's > operator. It was converted to UTF-8.",
            Change::EightBit => "The text is not UTF-8. It was read as Windows-1252.",
            Change::Der => "The bytes are DER, the binary form. They were converted to PEM.",
            Change::Base64 => "The text is base64-encoded. It was decoded.",
            Change::UrlSafe => "The base64 uses the URL-safe alphabet. It was converted.",
            Change::Unpadded => "The base64 padding (=) is missing. It was added.",
            Change::OneLine => "The line breaks are missing. They were added.",
            Change::CarriageReturns => "The lines end in CR alone. The line breaks were converted.",
            Change::Escaped => "Line breaks are written as \\n. They were converted.",
            Change::Quoted => "The text is in quotes, which were removed.",
            Change::Indented => "The lines are indented. The indentation was removed.",
            Change::MailQuoted => "The lines begin with >, as in a quoted e-mail. These marks were removed.",
            Change::Html => "The text contains HTML entities or tags. They were decoded.",
            Change::Dashes => "Hyphens were replaced by typographic dashes. They were converted back.",
            Change::Spaces => "The text contains no-break spaces. They were converted to spaces.",
            Change::Invisible => "The text contains zero-width characters, which were removed.",
            Change::Around => "There is other text around it, which was ignored.",
            Change::FieldName => "The name of a field is in front of the value. Only the value was read.",
            Change::Described => "This is the output of kubectl describe secret. The values were taken from it.",
        }
    }

    /// The change as a finding; `more` is a further sentence.
    #[must_use]
    pub fn finding(self, level: Level, more: &str) -> Finding {
        let sentence = self.sentence();
        Finding::new(level, self.code(), if more.is_empty() { sentence.to_owned() } else { format!("{sentence} {more}") })
    }
}

/// Adds a change that is not there yet.
pub(super) fn add(changes: &mut Vec<Change>, change: Change) {
    if !changes.contains(&change) {
        changes.push(change);
    }
}

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Nothing but white space.
    Empty,
    /// More bytes than any reader takes.
    TooLarge,
    /// Zero bytes and nothing else.
    OnlyZeroBytes,
    /// Zero bytes within a text.
    ZeroBytes,
    /// UTF-16 with half a character at the end.
    CutUtf16,
    /// UTF-16 that goes on in another encoding.
    MixedUtf16,
    /// A compressed file or an archive.
    Compressed,
    /// PKCS#12 (.p12, .pfx).
    Pkcs12,
    /// PKCS#7 (.p7b).
    Pkcs7,
    /// A Java key store.
    JavaKeyStore,
    /// DER of something else.
    UnknownDer,
    /// No PEM block.
    NoPem,
    /// A BEGIN line without its END line.
    NoEnd,
    /// BEGIN and END name different objects.
    OtherEnd,
    /// Characters were left out and replaced by dots.
    Shortened,
    /// A character that base64 does not have.
    NotBase64,
    /// Base64 of an impossible length.
    WrongLength,
}

impl Cause {
    /// What is wrong and what to do.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Cause::Empty => "The text is empty.",
            Cause::TooLarge => "The input is too large. At most 4 MiB are read.",
            Cause::OnlyZeroBytes => {
                "The file contains only zero bytes, so its contents are lost. Restore it from a backup or create it again."
            }
            Cause::ZeroBytes => "The text contains zero bytes, so it is damaged or not a text file. Copy the original again.",
            Cause::CutUtf16 => "The text is UTF-16 and ends within a character, so it is incomplete. Copy the original again.",
            Cause::MixedUtf16 => {
                "The file begins like UTF-16, but its contents are not a credential in UTF-16. It may be damaged, or partly in another encoding. Save it again as UTF-8."
            }
            Cause::Compressed => "This is a compressed file or an archive. Unpack it first.",
            Cause::Pkcs12 => "This is a PKCS#12 file (.p12 or .pfx). Convert it to PEM with openssl pkcs12 -in FILE -nodes.",
            Cause::Pkcs7 => "This is a PKCS#7 file (.p7b). Convert it to PEM with openssl pkcs7 -print_certs -in FILE.",
            Cause::JavaKeyStore => {
                "This is a Java key store. Export the entry to PKCS#12 with keytool -importkeystore, then convert that to PEM."
            }
            Cause::UnknownDer => "These are DER bytes, but not a certificate, a certificate signing request or a private key.",
            Cause::NoPem => "There is no PEM block in this text. A PEM block begins with a line such as -----BEGIN CERTIFICATE-----.",
            Cause::NoEnd => {
                "The END line of a PEM block is missing, so the text is incomplete. Copy everything from the BEGIN line to the END line."
            }
            Cause::OtherEnd => "The BEGIN and END lines of a PEM block name different objects. Copy the original again.",
            Cause::Shortened => "The text was shortened: dots replace the missing characters. Copy the whole text.",
            Cause::NotBase64 => "A PEM block contains a character that is not base64, so it is damaged. Copy the original again.",
            Cause::WrongLength => "The base64 in a PEM block has an impossible length, so characters are missing. Copy the original again.",
        }
    }

    /// Whether it is a format that contains private keys.
    #[must_use]
    pub const fn is_key_container(self) -> bool {
        matches!(self, Cause::Pkcs12 | Cause::JavaKeyStore)
    }
}
