//! Certificates with faults on purpose, repeatable by their seed: built of odd parts, or real ones with damage.

use super::mutate::{Dice, Node, damage, general_name, subject};
use Node::{Leaf, Raw, Tree};

/// Makes certificates out of public keys (SubjectPublicKeyInfo) and of real certificates.
pub struct Certificates {
    dice: Dice,
    keys: Vec<Vec<u8>>,
    real: Vec<Node>,
}

impl Certificates {
    pub fn new(seed: u64, keys: Vec<Vec<u8>>, real: &[Vec<u8>]) -> Certificates {
        let real = real.iter().map(|der| parse(der)).collect();
        Certificates { dice: Dice::new(seed), keys, real }
    }

    pub fn case(&mut self) -> Vec<u8> {
        let dice = &mut self.dice;
        let real = dice.below(self.real.len().max(1));
        let mut tree = match self.real.get(real) {
            Some(real) if dice.once_in(2) => real.clone(),
            _ => built(dice, &self.keys),
        };
        if dice.once_in(2) {
            for _ in 0..1 + dice.below(2) {
                let mut number = dice.below(tree.count());
                tree.visit(&mut number, &mut |node| damage(node, dice));
            }
        }
        let mut der = tree.encode();
        if dice.once_in(8) && !der.is_empty() {
            let place = dice.below(der.len());
            der[place] ^= 1 << dice.below(8);
        }
        if dice.once_in(60) {
            der.extend(dice.bytes(3));
        }
        der
    }
}

/// DER as a tree; what is inside of an OCTET STRING or BIT STRING is part of it where it is DER itself.
fn parse(der: &[u8]) -> Node {
    match elements(der).as_deref() {
        Some([one]) => one.clone(),
        _ => Raw(der.to_vec()),
    }
}

fn elements(mut bytes: &[u8]) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    while !bytes.is_empty() {
        let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
        let count = if first < 0x80 { 0 } else { usize::from(first & 0x7F) };
        let length = if first < 0x80 {
            usize::from(first)
        } else {
            bytes.get(2..2 + count)?.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet))
        };
        let end = (2 + count).checked_add(length)?;
        let contents = bytes.get(2 + count..end)?;
        let nested = (tag & 0x20 != 0 || tag == 0x04 && contents.len() > 2).then(|| elements(contents)).flatten();
        nodes.push(match nested {
            Some(children) if !children.is_empty() => Tree(tag, children),
            _ => Leaf(tag, contents.to_vec()),
        });
        bytes = &bytes[end..];
    }
    Some(nodes)
}

fn built(dice: &mut Dice, keys: &[Vec<u8>]) -> Node {
    let version = match dice.below(24) {
        0 => None,
        1 => Some(dice.pick(&[&[0u8][..], &[0], &[1], &[3], &[0xFF], &[0, 2], &[0, 0x80], &[], &[1, 0, 0, 0, 0, 0, 0, 0, 2]])),
        _ => Some(&[2u8][..]),
    };
    let serial = match dice.below(12) {
        0 => vec![0],
        1 => dice.pick(&[&[][..], &[0, 0], &[0, 1], &[0x80], &[0xFF], &[0, 0x80], &[0xFF, 0x80]]).to_vec(),
        2 => [vec![1], dice.bytes(40)].concat(),
        _ => vec![1, dice.next() as u8],
    };
    let algorithm = algorithm(dice);
    let other = if dice.once_in(60) { super_algorithm() } else { algorithm.clone() };
    let validity = Tree(0x30, vec![time(dice), time(dice)]);
    let mut key = dice_key(dice, keys);
    if dice.once_in(25) && !key.is_empty() {
        let place = dice.below(key.len());
        key[place] ^= 1 << dice.below(8);
    }
    let mut body = vec![Leaf(2, serial), algorithm, name(dice), validity, name(dice), Raw(key)];
    if let Some(version) = version {
        body.insert(0, Tree(0xA0, vec![Leaf(2, version.to_vec())]));
    }
    if dice.once_in(15) {
        body.push(Leaf(dice.pick(&[0x81, 0x82, 0x81, 0xA1, 0x83]), dice.bytes(4)));
    }
    if !dice.once_in(8) {
        let extensions = (0..dice.below(5)).map(|_| extension(dice)).collect();
        body.push(Tree(0xA3, vec![Tree(0x30, extensions)]));
    }
    if dice.once_in(40) {
        body.push(Leaf(5, Vec::new()));
    }
    let padding = if dice.once_in(40) { dice.next() as u8 & 0x0F } else { 0 };
    let signature = [vec![padding], dice.bytes(40)].concat();
    Tree(0x30, vec![Tree(0x30, body), other, Leaf(3, signature)])
}

fn dice_key(dice: &mut Dice, keys: &[Vec<u8>]) -> Vec<u8> {
    if !dice.once_in(6) {
        return keys[dice.below(keys.len())].clone();
    }
    let bits = |padding: u8, contents: &[u8]| Leaf(3, [&[padding], contents].concat());
    let number = |dice: &mut Dice| Leaf(2, if dice.once_in(8) { dice.bytes(2) } else { vec![1, dice.next() as u8] });
    let contents = dice.bytes(32);
    let (algorithm, key) = match dice.below(4) {
        // DSA, X25519 and an unknown algorithm; a bit string that is aligned first.
        0 => {
            let parameters = Tree(0x30, (0..3).map(|_| number(dice)).collect());
            (vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01]), parameters], bits(0, &number(dice).encode()))
        }
        1 => (vec![Leaf(6, vec![0x2B, 0x65, 0x6E])], bits(0, &contents)),
        2 => (vec![Leaf(6, vec![0x2B, 0x65, 0x70])], bits(0, &[7; 32][..dice.pick(&[32, 32, 31])])),
        _ => (vec![Leaf(6, vec![0x2A, 3, 4]), Leaf(dice.pick(&[5, 0x30, 0x1F]), contents)], bits(dice.next() as u8 & 7, &[0x80])),
    };
    Tree(0x30, vec![Tree(0x30, algorithm), key]).encode()
}

fn algorithm(dice: &mut Dice) -> Node {
    let mut parts = vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02])];
    match dice.below(12) {
        0 => parts.push(Leaf(5, Vec::new())),
        1 => parts.push(Leaf(dice.pick(&[0x30, 0x1F, 0x9F]), dice.bytes(3))),
        2 => parts.clear(),
        _ => {}
    }
    if parts.is_empty() {
        Tree(
            0x30,
            vec![Leaf(
                6,
                dice.pick(&[&[][..], &[0x80, 1], &[0x2A], &[0x8F, 0xFF, 0xFF, 0xFF, 0x7F], &[0x87, 0xFF, 0xFF, 0xFF, 0x7F]]).to_vec(),
            )],
        )
    } else {
        Tree(0x30, parts)
    }
}

fn super_algorithm() -> Node {
    Tree(0x30, vec![Leaf(6, vec![0x2B, 0x65, 0x70])])
}

/// Mostly texts; [`subject`] has all kinds of values.
fn name(dice: &mut Dice) -> Node {
    if dice.once_in(5) {
        return subject(dice);
    }
    let attribute = |dice: &mut Dice| {
        let id = dice.pick(&[&[0x55, 4, 3][..], &[0x55, 4, 10], &[0x55, 4, 11], &[0x2B, 0x06, 0x01, 0x04, 0x01, 0x83, 0xC2, 0x53, 0x02]]);
        let value = match dice.below(12) {
            0 => Leaf(0x13, dice.text("abcZ09 '*&@", 6)),
            1 => Leaf(0x16, dice.text("ab@\u{e9}", 3)),
            2 => Leaf(0x14, dice.bytes(4)),
            3 => Leaf(0x1E, dice.text("\u{0}a\u{0}b", 4)),
            4 => Leaf(0x12, dice.text("0123 a", 3)),
            _ => Leaf(0x0C, dice.text("abc аяß:-", 8)),
        };
        Tree(0x30, vec![Leaf(6, id.to_vec()), value])
    };
    let set = |dice: &mut Dice| Tree(0x31, (0..1 + usize::from(dice.once_in(6))).map(|_| attribute(dice)).collect());
    Tree(0x30, (0..dice.below(4)).map(|_| set(dice)).collect())
}

fn time(dice: &mut Dice) -> Node {
    let year = dice.below(10_000);
    let part = |dice: &mut Dice, from: usize, to: usize| if dice.once_in(40) { dice.below(100) } else { from + dice.below(to - from + 1) };
    let rest = [part(dice, 1, 12), part(dice, 1, 28), part(dice, 0, 23), part(dice, 0, 59), part(dice, 0, 59)];
    let day = if dice.once_in(6) { dice.pick(&[29, 30, 31]) } else { rest[1] };
    let zone = match dice.below(20) {
        0 => dice.pick(&["", "z", "Z0", "+0000", "-0000", "+2400", "+2500", "+0060", "-0159", "+01", "+0100 ", "+1:00"]).to_owned(),
        1 => format!("{}{:02}{:02}", dice.pick(&["+", "-"]), dice.below(26), dice.below(62)),
        _ => "Z".to_owned(),
    };
    let fraction = if dice.once_in(30) { dice.pick(&[".5", ".0", ",5", ".", ".123456789"]) } else { "" };
    let seconds = if dice.once_in(15) { String::new() } else { format!("{:02}", rest[4]) };
    let text = |year: String| format!("{year}{:02}{day:02}{:02}{:02}{seconds}{fraction}{zone}", rest[0], rest[2], rest[3]).into_bytes();
    match dice.below(20) {
        0 => Leaf(dice.pick(&[0x17, 0x18, 0x13]), dice.bytes(15)),
        1..=4 => Leaf(0x18, text(format!("{year:04}"))),
        _ => Leaf(0x17, text(format!("{:02}", year % 100))),
    }
}

fn extension(dice: &mut Dice) -> Node {
    let number = dice.pick(&[14, 15, 17, 17, 19, 30, 30, 31, 32, 33, 35, 36, 37, 54, 99]);
    let mut id = vec![0x55, 0x1D, number];
    let value = match number {
        14 => Leaf(4, dice.bytes(5)),
        15 => {
            Leaf(3, dice.pick(&[&[5u8, 0xA0][..], &[1, 6], &[7, 0, 0x80], &[0], &[], &[5, 0xA1], &[8, 0], &[0, 0xFF, 0xFF, 0xFF]]).to_vec())
        }
        17 => Tree(0x30, (0..dice.below(3)).map(|_| general_name(dice)).collect()),
        19 => {
            let length = dice.pick(&[
                &[0][..],
                &[3],
                &[0xFF],
                &[0, 3],
                &[0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
                &[0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            ]);
            let mut parts = vec![Leaf(1, vec![dice.pick(&[0xFF, 0xFF, 0, 1])]), Leaf(2, length.to_vec())];
            parts.truncate(dice.below(3));
            Tree(0x30, parts)
        }
        30 => Tree(0x30, constraints(dice)),
        31 => Tree(0x30, (0..1 + dice.below(2)).map(|_| point(dice)).collect()),
        32 => Tree(0x30, (0..1 + dice.below(3)).map(|_| Tree(0x30, vec![long_oid(dice), Leaf(5, Vec::new())])).collect()),
        33 => Tree(0x30, vec![Tree(0x30, vec![long_oid(dice), long_oid(dice)])]),
        35 => Tree(0x30, vec![Leaf(dice.pick(&[0x80, 0x80, 0x82, 0xA0]), dice.bytes(4))]),
        36 => Tree(
            0x30,
            vec![
                Leaf(dice.pick(&[0x80, 0x80, 0x81]), dice.pick(&[&[0][..], &[1], &[0, 1], &[], &[1, 0, 0, 0, 0, 0, 0, 0, 0]]).to_vec()),
                Leaf(0x81, vec![1]),
            ],
        ),
        37 => Tree(0x30, (0..dice.below(3)).map(|_| usage(dice)).collect()),
        54 => Leaf(2, dice.pick(&[&[0][..], &[5], &[0, 5], &[], &[1, 0, 0, 0, 0, 0, 0, 0, 0]]).to_vec()),
        _ if dice.once_in(2) => {
            id = vec![0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01];
            let method = dice.pick(&[&[0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01][..], &[0x80], &[]]);
            Tree(0x30, vec![Tree(0x30, vec![Leaf(6, method.to_vec()), Leaf(dice.pick(&[0x86, 0x86, 0x82]), b"http://a".to_vec())])])
        }
        _ => Leaf(dice.pick(&[0x0C, 0x30]), dice.bytes(6)),
    };
    let trailing = if dice.once_in(15) { dice.bytes(3) } else { Vec::new() };
    let mut parts = vec![Leaf(6, id), Tree(4, vec![value, Raw(trailing)])];
    if dice.once_in(4) {
        parts.insert(1, Leaf(1, vec![dice.pick(&[0xFF, 0xFF, 0, 1])]));
    }
    Tree(0x30, parts)
}

fn constraints(dice: &mut Dice) -> Vec<Node> {
    let base = |dice: &mut Dice| match dice.below(8) {
        0..=2 => Leaf(0x82, dice.text("ab.. \u{1}~", 5)),
        3 | 4 => {
            let parts =
                ["a", "b@c", "@", ".", "..", "\"", "\\", "\"a b\"@c", "\\@", "é", " ", "@d.e", "", "\u{7f}", "\u{b}", "\t", "\"\\\"@"];
            Leaf(0x81, (0..dice.below(4)).map(|_| dice.pick(&parts)).collect::<String>().into_bytes())
        }
        5 => Leaf(
            0x86,
            dice.pick(&["a.b", ".a", "1.2.3.4", "::1", "fe80::1%a", "01.2.3.4", "1.2.3", "a..b", "", ".", "é"]).as_bytes().to_vec(),
        ),
        6 => {
            let masks = [0xFF, 0xFF, 0xFF, 0xF0, 0, 0, 0x0F, 0x80];
            let length = dice.pick(&[8, 8, 32, 4, 16, 0]);
            let first = (0..length / 2).map(|_| 10);
            let mut mask: Vec<u8> = (0..length / 2).map(|_| dice.pick(&masks)).collect();
            if !dice.once_in(3) {
                mask.sort_unstable_by(|one, two| two.cmp(one));
            }
            Leaf(0x87, first.chain(mask).collect())
        }
        _ => general_name(dice),
    };
    let list = |dice: &mut Dice, tag| Tree(tag, (0..dice.below(3)).map(|_| Tree(0x30, vec![base(dice)])).collect());
    let tags = dice.pick(&[&[0xA0, 0xA1][..], &[0xA0], &[0xA1], &[0xA1, 0xA0], &[], &[0xA2]]);
    tags.iter().map(|tag| list(dice, *tag)).collect()
}

fn point(dice: &mut Dice) -> Node {
    let names = (0..dice.below(3)).map(|_| Leaf(dice.pick(&[0x86, 0x86, 0x82]), b"http://a/crl".to_vec())).collect();
    let full = Tree(dice.pick(&[0xA0, 0xA0, 0xA0, 0xA1]), names);
    match dice.below(6) {
        0 => Tree(0x30, vec![Leaf(0x81, vec![1, 2])]),
        1 => Tree(0x30, Vec::new()),
        _ => Tree(0x30, vec![Tree(0xA0, vec![full])]),
    }
}

fn long_oid(dice: &mut Dice) -> Node {
    let odd = [
        &[0x2A, 3][..],
        &[0x2A, 4],
        &[0x2A, 5],
        &[0x55, 0x1D, 0x20, 0],
        &[],
        &[0x80],
        &[0x2A, 0x80, 1],
        &[0x2A, 0x83],
        &[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        &[0x2A, 0x81, 0x80, 0x01],
    ];
    Leaf(6, dice.pick(&odd).to_vec())
}

fn usage(dice: &mut Dice) -> Node {
    let known = [
        &[0x2B, 6, 1, 5, 5, 7, 3, 1][..],
        &[0x2B, 6, 1, 5, 5, 7, 3, 2],
        &[0x55, 0x1D, 0x25, 0],
        &[0x2B, 6, 1, 5, 5, 7, 3, 4],
        &[0x2A, 9],
        &[0x80],
    ];
    Leaf(6, dice.pick(&known).to_vec())
}
