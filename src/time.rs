//! Time as an argument: seconds since 1970, and the ISO texts made of them.

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds. May be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// `2026-11-24T08:00:00Z`: RFC 3339, seconds, UTC, as Kubernetes writes times.
    #[must_use]
    pub fn to_iso(self) -> String {
        let (days, second) = (self.0.div_euclid(86_400), self.0.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }
}

impl UnixTime {
    /// From a year and month, day, hour, minute, second in UTC; `None` where there is no such instant.
    #[must_use]
    pub fn from_parts(year: i64, [month, day, hour, minute, second]: [i64; 5]) -> Option<UnixTime> {
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second < 60;
        let days = day_number(year, month, day);
        // A day that the month does not have comes back as another one.
        (fits && civil(days) == (year, month, day)).then_some(UnixTime(days * 86_400 + hour * 3600 + minute * 60 + second))
    }
}

impl UnixTime {
    /// From RFC 3339 as Kubernetes writes it: UTC, seconds, `Z`. A fraction is ignored, another offset is not read.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<UnixTime> {
        let text = text.strip_suffix('Z')?;
        let (text, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let shape = |(index, byte): (usize, u8)| match index {
            4 | 7 => byte == b'-',
            10 => byte == b'T',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        };
        let fits = text.len() == 19 && text.bytes().enumerate().all(shape) && fraction.bytes().all(|byte| byte.is_ascii_digit());
        let part = |from: usize, to: usize| text.get(from..to).filter(|_| fits)?.parse::<i64>().ok();
        UnixTime::from_parts(part(0, 4)?, [part(5, 7)?, part(8, 10)?, part(11, 13)?, part(14, 16)?, part(17, 19)?])
    }
}

/// Year, month, day to day number: the inverse of [`civil`].
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Day number to year, month, day in the proleptic Gregorian calendar, by counting eras of 400 years from
/// 0000-03-01 so that the leap day falls on the end of a year.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
