//! Private keys that are nearly right, in DER: one number changed, left out, lengthened; another curve, another form.

use super::generate::{Dice, Material, damage};

fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let mut out = vec![tag];
    match length {
        0..=0x7F => out.push(length as u8),
        0x80..=0xFF => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(contents);
    out
}

/// The elements of a text of DER: tag and contents.
pub fn elements(mut der: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut all = Vec::new();
    while let [tag, first, rest @ ..] = der {
        let (length, start) = match first {
            0x81 => (usize::from(rest[0]), 1),
            0x82 => (usize::from(rest[0]) << 8 | usize::from(rest[1]), 2),
            short => (usize::from(*short), 0),
        };
        let Some(contents) = rest.get(start..start + length) else { break };
        all.push((*tag, contents.to_vec()));
        der = &rest[start + length..];
    }
    all
}

fn join(tag: u8, parts: &[(u8, Vec<u8>)]) -> Vec<u8> {
    element(tag, &parts.iter().flat_map(|(tag, contents)| element(*tag, contents)).collect::<Vec<u8>>())
}

const CURVES: [&[u8]; 5] = [
    &[0x2B, 0x81, 0x04, 0x00, 0x21],
    &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07],
    &[0x2B, 0x81, 0x04, 0x00, 0x22],
    &[0x2B, 0x81, 0x04, 0x00, 0x23],
    &[0x2B, 0x81, 0x04, 0x00, 0x0A], // secp256k1
];

/// A number of the key changed: by one, its sign, its length, to zero.
fn disturb(dice: &mut Dice, number: &mut Vec<u8>) {
    match dice.below(7) {
        0 => {
            if let Some(last) = number.last_mut() {
                *last ^= 1;
            }
        }
        1 => number.insert(0, 0),
        2 => drop(number.pop()),
        3 => *number = vec![0],
        4 => *number = vec![1],
        5 => number.first_mut().into_iter().for_each(|byte| *byte |= 0x80),
        _ => {
            let bit = 1 << dice.below(8);
            let at = dice.below(number.len().max(1));
            number.get_mut(at).into_iter().for_each(|byte| *byte ^= bit);
        }
    }
}

/// PKCS#1 or SEC 1 with a part changed, alone or in PKCS#8.
pub fn variant(dice: &mut Dice, material: &Material, pair: usize) -> Vec<u8> {
    let pair = &material.pairs[pair];
    if pair.traditional.is_empty() || dice.once_in(6) {
        let mut der = pair.pkcs8.clone();
        damage(dice, &mut der);
        return der;
    }
    let mut parts = elements(&elements(&pair.traditional)[0].1);
    let ec = parts[1].0 == 4;
    for _ in 0..=dice.below(2) {
        let at = dice.below(parts.len());
        match dice.below(8) {
            0 => drop(parts.remove(at)),
            1 => parts.insert(at, (2, vec![1])),
            2 if ec && parts.len() > 2 => parts[2] = (0xA0, element(6, dice.pick::<&[u8]>(&CURVES))),
            3 if ec && parts.len() > 2 => parts[2] = (0xA0, element(0x30, &element(2, &[1]))),
            4 if ec => {
                let zeros = parts[1].1.iter().take_while(|byte| **byte == 0).count();
                parts[1].1.drain(..zeros);
                if dice.once_in(2) {
                    parts[1].1.splice(0..0, vec![0; dice.below(80)]);
                }
            }
            5 if !ec && parts.len() > 3 => {
                let other = dice.below(parts.len());
                parts.swap(at, other);
            }
            6 => parts.push((0x30, element(0x30, &[element(2, &[3]), element(2, &[1]), element(2, &[1])].concat()))),
            _ => disturb(dice, &mut parts[at].1),
        }
        if parts.is_empty() {
            break;
        }
    }
    let mut der = join(0x30, &parts);
    if dice.once_in(2) {
        let outer = elements(&elements(&pair.pkcs8)[0].1);
        let mut algorithm = elements(&outer[1].1);
        if dice.once_in(4) {
            algorithm.truncate(1);
        } else if dice.once_in(4) {
            algorithm[1] = (6, dice.pick(&CURVES).to_vec());
        }
        let algorithm = join(0x30, &algorithm);
        let mut body = [element(2, &[if dice.once_in(8) { 1 } else { 0 }]), algorithm, element(4, &der)].concat();
        if dice.once_in(8) {
            body.extend(element(0xA1, &[0]));
        }
        der = element(0x30, &body);
    }
    if dice.once_in(10) {
        der.push(0);
    }
    der
}
