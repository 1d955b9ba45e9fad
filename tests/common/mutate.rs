//! Certificate requests with faults on purpose, repeatable by their seed: odd names and values, damaged structure,
//! damaged bytes, odd PEM. Go signs them (tests/oracle), so that most faults are met behind a right signature.

use base64ct::{Base64, Encoding};
use kubecred::Value;

/// xorshift64*: enough for tests, and the same everywhere.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.next() >> 33) as usize) % bound.max(1)
    }

    /// True once in so many.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.next() as u8).collect()
    }

    pub fn text(&mut self, alphabet: &str, most: usize) -> Vec<u8> {
        let characters: Vec<char> = alphabet.chars().collect();
        (0..self.below(most + 1)).map(|_| self.pick(&characters)).collect::<String>().into_bytes()
    }
}

pub fn random_byte() -> u8 {
    let mut byte = [0];
    getrandom::fill(&mut byte).unwrap();
    byte[0]
}

/// One DER element; children are kept apart so that a mutation can reach them.
#[derive(Clone)]
pub enum Node {
    Leaf(u8, Vec<u8>),
    Tree(u8, Vec<Node>),
    Raw(Vec<u8>),
}

use Node::{Leaf, Raw, Tree};

fn wrap(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match contents.len() {
        length @ 0..0x80 => out.push(length as u8),
        length @ 0x80..0x100 => out.extend([0x81, length as u8]),
        length @ 0x100..0x1_0000 => out.extend([0x82, (length >> 8) as u8, length as u8]),
        length => out.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(contents);
    out
}

impl Node {
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Leaf(tag, contents) => wrap(*tag, contents),
            Tree(tag, children) => wrap(*tag, &children.iter().flat_map(Node::encode).collect::<Vec<u8>>()),
            Raw(bytes) => bytes.clone(),
        }
    }

    pub fn count(&self) -> usize {
        1 + if let Tree(_, children) = self { children.iter().map(Node::count).sum() } else { 0 }
    }

    /// Does something to the node of this number, counted from the root.
    pub fn visit(&mut self, number: &mut usize, change: &mut dyn FnMut(&mut Node)) {
        if *number == 0 {
            *number = usize::MAX;
            return change(self);
        }
        *number -= 1;
        if let Tree(_, children) = self {
            for child in children {
                if *number != usize::MAX {
                    child.visit(number, change);
                }
            }
        }
    }
}

pub fn damage(node: &mut Node, dice: &mut Dice) {
    let tags = [0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x16, 0x17, 0x1E, 0x30, 0x31, 0x80, 0xA0, 0xA3, 0x1F, 0x24];
    let whole = node.encode();
    if whole.len() < 2 {
        return; // removed before
    }
    match dice.below(11) {
        0 => *node = Raw(Vec::new()),
        1 => *node = Raw([whole.clone(), whole].concat()),
        2 => *node = Raw([whole, dice.bytes(6)].concat()),
        3 => *node = Raw([dice.bytes(4), whole].concat()),
        4 => *node = Raw([&[dice.pick(&tags)], &whole[1..]].concat()),
        // A length that is not the shortest, one that is none, and one that is wrong.
        5 if whole[1] < 0x80 => *node = Raw([&[whole[0], 0x81, whole[1]], &whole[2..]].concat()),
        6 => *node = Raw([&[whole[0], 0x80], &whole[2..], &[0, 0]].concat()),
        7 => *node = Raw([&[whole[0], whole[1].wrapping_add(dice.pick(&[1, 2, 0xFF]))], &whole[2..]].concat()),
        // The same tag in the form of several bytes.
        8 => *node = Raw([&[whole[0] | 0x1F, whole[0] & 0x1F], &whole[1..]].concat()),
        9 => *node = Raw([&[0x9F, 0x81, dice.next() as u8 & 0x7F], &whole[1..]].concat()),
        _ => match node {
            Tree(_, children) => children.reverse(),
            Leaf(_, contents) => *contents = dice.bytes(12),
            Raw(_) => {}
        },
    }
}

pub fn oid(dice: &mut Dice) -> Node {
    let names: [&[u8]; 9] = [
        &[0x55, 4, 3],
        &[0x55, 4, 3],
        &[0x55, 4, 10],
        &[0x55, 4, 10],
        &[0x55, 4, 11],
        &[0x55, 4, 6],
        &[0x55, 4, 42],
        &[0x2B, 0x06, 0x01, 0x04, 0x01, 0x83, 0xC2, 0x53, 0x02],
        &[0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 1, 1],
    ];
    let odd: [&[u8]; 6] = [
        &[],
        &[0x80, 1],
        &[0x55, 4, 0x83],
        &[0x8F, 0xFF, 0xFF, 0xFF, 0x7F],
        &[0x87, 0xFF, 0xFF, 0xFF, 0x7F],
        &[0x81, 0x81, 0x81, 0x81, 0x81, 1],
    ];
    Leaf(6, if dice.once_in(40) { dice.pick(&odd) } else { dice.pick(&names) }.to_vec())
}

pub fn value(dice: &mut Dice) -> Node {
    let plain = "abcXYZ019 -.,+=:/?()'*&";
    let wide = "abc аяжß日ç\u{202e}\u{0}\n<>\"@_;#";
    let times = [
        "261124080000Z",
        "2611240800Z",
        "260230080000Z",
        "991231235959+0100",
        "20261124080000Z",
        "20261124080000.5Z",
        "20261124080000.50Z",
        "2611240800+0000",
        "261124080060Z",
        "20260230000000Z",
    ];
    match dice.below(44) {
        0..=7 | 22.. => Leaf(0x0C, dice.text(wide, 8)),
        8..=11 => Leaf(0x13, dice.text(plain, 12)),
        12 => Leaf(0x13, dice.text(wide, 6)),
        13 => Leaf(0x16, dice.text(plain, 6)),
        14 => Leaf(0x14, dice.bytes(6)),
        15 => Leaf(0x1E, dice.text("\u{0}a\u{0}b", 4)),
        16 => Leaf(0x12, dice.text("0123 9a", 4)),
        17 => Leaf(dice.pick(&[0x17, 0x18]), dice.pick(&times).into()),
        18 => Leaf(dice.pick(&[0x01, 0x02, 0x03, 0x05, 0x06, 0x0A]), dice.bytes(3)),
        19 => Leaf(dice.pick(&[0x04, 0x1B, 0x1C, 0x2C, 0x80, 0x9F]), dice.bytes(4)),
        20 => Leaf(0x1E, dice.bytes(6)),
        _ => Leaf(0x0C, dice.bytes(5)),
    }
}

pub fn subject(dice: &mut Dice) -> Node {
    let attribute = |dice: &mut Dice| Tree(0x30, vec![oid(dice), value(dice)]);
    let set = |dice: &mut Dice| Tree(0x31, (0..1 + usize::from(dice.once_in(6))).map(|_| attribute(dice)).collect());
    Tree(0x30, (0..dice.below(4)).map(|_| set(dice)).collect())
}

fn uri(dice: &mut Dice) -> Vec<u8> {
    let starts = ["http://", "https://", "spiffe://", "x:", "//", "", "javascript:", "http://[", "postgres://", ":"];
    let parts = [
        "a",
        "b.c",
        ":80",
        ":8x",
        "%41",
        "%zz",
        "%C3",
        "@",
        "[::1]",
        "[fe80::1%25eth0]",
        "[1.2.3.4]",
        "]",
        "?q",
        "#f",
        "%",
        "/",
        "..",
        ".",
        " ",
        "*",
        "^",
        ":1:2",
        "\"",
        "<",
        "\u{1}",
        "::",
        "ffff:1.2.3.4",
        "%25",
        "d",
    ];
    let mut text = dice.pick(&starts).to_owned();
    for _ in 0..dice.below(5) {
        text.push_str(dice.pick(&parts));
    }
    text.into_bytes()
}

pub fn general_name(dice: &mut Dice) -> Node {
    match dice.below(9) {
        0 | 1 => Leaf(0x82, dice.text("abc.-*_ \n1", 10)),
        2 => Leaf(0x81, dice.text("ab@.é", 6)),
        3..=5 => Leaf(0x86, uri(dice)),
        6 => Leaf(0x87, dice.bytes(16)),
        7 => {
            let length = dice.pick(&[4, 16]);
            let mut octets = vec![0; length];
            octets.iter_mut().for_each(|octet| *octet = dice.pick(&[0, 0, 0, 10, 0xFF, 0xFE]));
            Leaf(0x87, octets)
        }
        _ => Leaf(dice.pick(&[0xA0, 0xA4, 0x88, 0x30, 0x82, 0x9F]), dice.bytes(4)),
    }
}

fn extension(dice: &mut Dice) -> Node {
    let (id, value): (&[u8], Vec<u8>) = match dice.below(6) {
        0..=3 => {
            let names = (0..dice.below(4)).map(|_| general_name(dice)).collect();
            let trailing = if dice.once_in(12) { dice.bytes(3) } else { Vec::new() };
            (&[0x55, 0x1D, 0x11], [Tree(0x30, names).encode(), trailing].concat())
        }
        4 => (&[0x55, 0x1D, 0x13], vec![0x30, 3, 1, 1, 0xFF]),
        _ => (&[0x55, 0x1D, 0x0F], dice.bytes(4)),
    };
    let mut children = vec![Leaf(6, id.to_vec()), Leaf(4, value)];
    if dice.once_in(5) {
        children.insert(1, Leaf(1, vec![dice.pick(&[0, 0xFF, 0xFF, 1])]));
    }
    Tree(0x30, children)
}

fn attributes(dice: &mut Dice) -> Node {
    let attribute = |dice: &mut Dice| {
        let request: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x0E];
        match dice.below(8) {
            0 => Tree(0x30, vec![Leaf(6, vec![0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x07]), Tree(0x31, vec![value(dice)])]),
            1 => Tree(0x30, vec![oid(dice), Tree(0x31, vec![value(dice)])]),
            2 => Leaf(dice.pick(&[0x30, 0x04, 0xA1]), dice.bytes(5)),
            _ => {
                let extensions = (0..dice.below(4)).map(|_| extension(dice)).collect();
                let mut values = vec![Tree(0x30, extensions)];
                match dice.below(10) {
                    0 => values.clear(),
                    1 => values.push(Tree(0x30, vec![extension(dice)])),
                    _ => {}
                }
                Tree(0x30, vec![Leaf(6, request.to_vec()), Tree(0x31, values)])
            }
        }
    };
    Tree(0xA0, (0..dice.below(3)).map(|_| attribute(dice)).collect())
}

/// A key that Go made, with a signature algorithm for it.
struct Signer {
    name: String,
    pkcs8: String,
    spki: Vec<u8>,
    algorithm: Vec<u8>,
}

/// Makes requests. Signing goes through Go in one batch, so the cases are made beforehand.
pub struct Mutator {
    cases: Vec<Vec<u8>>,
    next: usize,
}

fn decode(value: &Value, key: &str) -> Vec<u8> {
    Base64::decode_vec(value.text(&[key]).unwrap()).unwrap()
}

impl Mutator {
    pub fn new(seed: u64, cases: usize) -> Mutator {
        let mut dice = Dice::new(seed);
        let made = super::oracle::send(&["{\"kind\":\"keys\"}".to_owned()]).remove(0);
        let signers: Vec<Signer> = made
            .list(&["made"])
            .iter()
            .map(|one| Signer {
                name: one.text(&["name"]).unwrap().to_owned(),
                pkcs8: one.text(&["pkcs8"]).unwrap().to_owned(),
                spki: decode(one, "spki"),
                algorithm: decode(one, "algorithm"),
            })
            .collect();
        let plans: Vec<(Vec<u8>, usize)> = (0..cases)
            .map(|_| {
                let signer = dice.below(signers.len());
                (info(&mut dice, &signers[signer].spki), signer)
            })
            .collect();
        let questions: Vec<String> = plans
            .iter()
            .map(|(info, signer)| {
                let signer = &signers[*signer];
                serde_json::json!({ "kind": "sign", "pem": signer.pkcs8, "name": signer.name, "info": Base64::encode_string(info) })
                    .to_string()
            })
            .collect();
        let signatures = super::oracle::send(&questions);
        let cases = plans
            .into_iter()
            .zip(&signatures)
            .map(|((info, signer), signature)| finish(&mut dice, info, &signers[signer].algorithm, decode(signature, "signature")))
            .collect();
        Mutator { cases, next: 0 }
    }

    pub fn case(&mut self) -> Vec<u8> {
        self.next += 1;
        self.cases[self.next - 1].clone()
    }
}

fn info(dice: &mut Dice, spki: &[u8]) -> Vec<u8> {
    let version = if dice.once_in(30) { dice.bytes(10) } else { vec![dice.pick(&[0, 0, 0, 0, 1, 0xFF])] };
    let subject = if dice.once_in(30) { Leaf(dice.pick(&[0x31, 0x04, 0x30]), dice.bytes(4)) } else { subject(dice) };
    let mut key = spki.to_vec();
    if dice.once_in(20) {
        let place = dice.below(key.len());
        key[place] = dice.next() as u8;
    }
    let mut tree = Tree(0x30, vec![Leaf(2, version), subject, Raw(key), attributes(dice)]);
    if dice.once_in(5) {
        let mut number = dice.below(tree.count());
        tree.visit(&mut number, &mut |node| damage(node, dice));
    }
    tree.encode()
}

/// Puts the request together, damages it now and then, and writes it as PEM in some shape.
fn finish(dice: &mut Dice, info: Vec<u8>, algorithm: &[u8], signature: Vec<u8>) -> Vec<u8> {
    let padding = if dice.once_in(60) { dice.next() as u8 & 0x0F } else { 0 };
    let mut tree = Tree(0x30, vec![Raw(info), Raw(algorithm.to_vec()), Leaf(3, [vec![padding], signature].concat())]);
    if dice.once_in(25) {
        let mut number = dice.below(tree.count());
        tree.visit(&mut number, &mut |node| damage(node, dice));
    }
    let mut der = tree.encode();
    if dice.once_in(12) && !der.is_empty() {
        let place = dice.below(der.len());
        der[place] ^= 1 << dice.below(8);
    }
    if dice.once_in(40) {
        der.extend(dice.bytes(3));
    }
    shape(dice, &der)
}

fn shape(dice: &mut Dice, der: &[u8]) -> Vec<u8> {
    let label = if dice.once_in(60) {
        dice.pick(&["NEW CERTIFICATE REQUEST", "CERTIFICATE", "", "CERTIFICATE REQUEST "])
    } else {
        "CERTIFICATE REQUEST"
    };
    let mut base64 = Base64::encode_string(der);
    if dice.once_in(30) {
        // Bits behind the last byte, wrong padding, foreign characters.
        let at = base64.len().saturating_sub(1 + dice.below(4));
        base64.replace_range(at..at + usize::from(!base64.is_empty()), dice.pick(&["A", "B", "=", "-", "é", "", "\t", "=="]));
    }
    let width = dice.pick(&[64, 64, 64, 76, 1000, 3]);
    let characters: Vec<char> = base64.chars().collect();
    let body: String = characters.chunks(width).map(|line| line.iter().collect::<String>() + "\n").collect();
    let mut text = format!("-----BEGIN {label}-----\n{body}-----END {label}-----\n");
    for _ in 0..usize::from(dice.once_in(4)) * 2 {
        let lines = [
            "\n",
            "x: y\n",
            "Proc-Type: 4,ENCRYPTED\n\n",
            " \n",
            "-----BEGIN CERTIFICATE REQUEST-----\n",
            "-----END CERTIFICATE REQUEST-----\n",
            "-----END X-----",
            "-----",
            "text",
            "\r",
            "\u{feff}",
            ":\n",
            "-----BEGIN A-----\nAAAA\n-----END A-----\n",
        ];
        let ends: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let near = if dice.once_in(2) { dice.below(2).min(ends.len() - 1) } else { ends.len() - 1 - dice.below(3).min(ends.len() - 1) };
        text.insert_str(ends[near], dice.pick(&lines));
    }
    match dice.below(16) {
        0 => text = text.replace('\n', "\r\n"),
        1 => text.truncate(text.trim_end().len()),
        2 => text = text.replace('\n', " \t\n"),
        3 if dice.once_in(3) => text.insert(0, ' '),
        4 if dice.once_in(3) => text = text.replacen("-----\n", "----- \u{b}\n", 1),
        _ => {}
    }
    text.into_bytes()
}
