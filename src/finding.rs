//! Findings: one vocabulary for whatever a reader notices.

mod code;

pub use code::FindingCode;

/// How much a [`Finding`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Notice,
    /// Probably not what was meant, or risky.
    Warning,
    /// It will not work, or must not be done.
    Error,
}

impl Level {
    /// `notice`, `warning` or `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Notice => "notice",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// Who can act on a finding about a request, where not everybody who sees it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Who asked for the certificate.
    Requester,
    /// Who decides on the request.
    Approver,
}

impl Audience {
    /// `requester` or `approver`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Audience::Requester => "requester",
            Audience::Approver => "approver",
        }
    }
}

impl FindingCode {
    /// Whom the advice is for; `None` where it is for everybody.
    #[must_use]
    pub const fn audience(self) -> Option<Audience> {
        match self {
            FindingCode::KeptUntil
            | FindingCode::NotSubmitted
            | FindingCode::RequestDenied
            | FindingCode::RequestFailed
            | FindingCode::WaitingForApproval
            | FindingCode::WaitingForSigner => Some(Audience::Requester),
            FindingCode::InvitationAccountDiffers
            | FindingCode::InvitationCompareFingerprint
            | FindingCode::InvitationExtraNames
            | FindingCode::InvitationGroupsDiffer
            | FindingCode::InvitationIncomplete
            | FindingCode::InvitationLate
            | FindingCode::InvitationLifetimeDiffers
            | FindingCode::InvitationMissing
            | FindingCode::InvitationNameDiffers
            | FindingCode::InvitationRequestorDiffers
            | FindingCode::InvitationSignerDiffers
            | FindingCode::InvitationUsagesDiffer
            | FindingCode::InvitationUserDiffers
            | FindingCode::LifetimeLong
            | FindingCode::RequestorDiffers
            | FindingCode::SignatureNotChecked => Some(Audience::Approver),
            _ => None,
        }
    }
}

/// One remark with a stable code and a sentence that says what is so and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub code: FindingCode,
    /// How much it matters.
    pub level: Level,
    /// For people; never contains anything that may be secret.
    pub message: String,
    /// Which field it is about, such as `groups[1]`.
    pub path: Option<String>,
    /// Where it is in the text that was read: line and column, from 1.
    pub position: Option<(u32, u32)>,
}

impl Finding {
    /// A remark of the given level.
    #[inline(never)]
    pub fn new(level: Level, code: FindingCode, message: impl Into<String>) -> Self {
        Finding { code, level, message: message.into(), path: None, position: None }
    }

    /// An error-level remark.
    pub fn error(code: FindingCode, message: impl Into<String>) -> Self {
        Self::new(Level::Error, code, message)
    }

    /// A warning.
    pub fn warning(code: FindingCode, message: impl Into<String>) -> Self {
        Self::new(Level::Warning, code, message)
    }

    /// A notice.
    pub fn notice(code: FindingCode, message: impl Into<String>) -> Self {
        Self::new(Level::Notice, code, message)
    }

    /// The same remark, about a field.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The same remark, about a place in a text.
    #[must_use]
    pub fn on(mut self, line: u32, column: u32) -> Self {
        self.position = (line > 0).then_some((line, column));
        self
    }
}
