//! Base64 as Go reads it.

/// Go's `base64.StdEncoding`: padded, standard alphabet, line breaks ignored, left-over bits not looked at.
/// `None` where Go refuses.
pub fn base64_of_go(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut count, mut padding) = (0u32, 0usize, 0usize);
    for character in text.bytes() {
        let digit = match character {
            b'\r' | b'\n' => continue,
            b'=' => {
                padding += 1;
                continue;
            }
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(digit);
        count += 1;
        if count % 4 == 0 {
            [bits >> 16, bits >> 8, bits].iter().for_each(|three| bytes.push(*three as u8));
            bits = 0;
        }
    }
    match (count % 4, padding) {
        (0, 0) => {}
        (2, 2) => bytes.push((bits >> 4) as u8),
        (3, 1) => bytes.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]),
        _ => return None,
    }
    Some(bytes)
}

/// Whether Go reads it. Most are digits to their end, which need no room.
pub fn is_base64_of_go(text: &str) -> bool {
    let digits = crate::runs::BASE64.run(text.as_bytes());
    match &text[digits..] {
        "" => digits.is_multiple_of(4),
        "=" => digits % 4 == 3,
        "==" => digits % 4 == 2,
        _ => base64_of_go(text).map(zeroize::Zeroizing::new).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::{base64_of_go, is_base64_of_go};

    proptest::proptest! {
        #[test]
        fn what_can_be_read_is_known_without_reading(text in "[A-Za-z0-9+/]{0,9}={0,3}[Aa=\n -]{0,2}") {
            proptest::prop_assert_eq!(is_base64_of_go(&text), base64_of_go(&text).is_some());
        }
    }
}
