//! UTCTime and GeneralizedTime as `golang.org/x/crypto/cryptobyte` reads them (asn1.go, vendored in Go 1.26.8): parsed by
//! `time.Parse` and compared with what `time.Format` writes. UTCTime may lack its seconds, and both may have an offset.

use crate::time::UnixTime;

/// `YYMMDDhhmm[ss]` with `Z` or an offset. Years 50 to 99 are those of the twentieth century (RFC 5280, 4.1.2.5.1).
pub(super) fn utc_time(text: &[u8]) -> Option<UnixTime> {
    let (parts, offset) = split(text)?;
    let (&year, rest) = parts.split_first()?;
    let year = if year < 50 { 2000 + year } else { 1900 + year };
    match *rest {
        [month, day, hour, minute] => instant(year, [month, day, hour, minute, 0], offset),
        [month, day, hour, minute, second] => instant(year, [month, day, hour, minute, second], offset),
        _ => None,
    }
}

/// `YYYYMMDDhhmmss` with `Z` or an offset, without a fraction.
pub(super) fn generalized_time(text: &[u8]) -> Option<UnixTime> {
    let (parts, offset) = split(text)?;
    let [century, year, month, day, hour, minute, second] = *parts else { return None };
    instant(century * 100 + year, [month, day, hour, minute, second], offset)
}

fn instant(year: i64, parts: [i64; 5], offset: i64) -> Option<UnixTime> {
    UnixTime::from_parts(year, parts).map(|time| UnixTime(time.0 - offset))
}

/// The numbers of two digits each, and the offset in seconds.
fn split(text: &[u8]) -> Option<(Vec<i64>, i64)> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let offset = match text[end..] {
        [b'Z'] => 0,
        [sign @ (b'+' | b'-'), ref digits @ ..] => {
            let [hours, minutes] = *pairs(digits)? else { return None };
            let offset = (hours * 60 + minutes) * 60;
            // time.Parse accepts 24 hours and 60 minutes; time.Format writes the latter, and an offset of zero, differently.
            let same = hours <= 24 && minutes < 60 && offset != 0;
            same.then_some(if sign == b'-' { -offset } else { offset })?
        }
        _ => return None,
    };
    Some((pairs(&text[..end])?, offset))
}

fn pairs(digits: &[u8]) -> Option<Vec<i64>> {
    let fits = digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_digit);
    fits.then(|| digits.chunks_exact(2).map(|pair| i64::from((pair[0] - b'0') * 10 + pair[1] - b'0')).collect())
}
