//! Requests and certificates of given parts, for what no tool writes.

use super::System;
use super::mutate::Node::{self, Leaf, Raw, Tree};
use kubecred::crypto::PrivateKey;
use kubecred::encoding::pem;

pub const ED25519: &[u8] = &[0x30, 5, 6, 3, 0x2B, 0x65, 0x70];

pub fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// A name of attributes: the last byte of each (2.5.4.3 is the common name, 2.5.4.10 the organization) and its value.
pub fn name(attributes: Vec<(u8, Node)>) -> Node {
    let attribute = |(last, value)| Tree(0x31, vec![Tree(0x30, vec![Leaf(6, vec![0x55, 4, last]), value])]);
    Tree(0x30, attributes.into_iter().map(attribute).collect())
}

pub fn jane() -> Node {
    Leaf(0x0C, b"jane".to_vec())
}

/// The part of a request that is signed.
pub fn info(value: Node, spki: &[u8], attributes: Vec<Node>) -> Vec<u8> {
    let parts = vec![Leaf(2, vec![0]), name(vec![(3, value)]), Raw(spki.to_vec()), Tree(0xA0, attributes)];
    Tree(0x30, parts).encode()
}

/// A request as PEM.
pub fn request(info: &[u8], algorithm: &[u8], signature: &[u8]) -> Vec<u8> {
    let der = Tree(0x30, vec![Raw(info.to_vec()), Raw(algorithm.to_vec()), Leaf(3, [&[0], signature].concat())]).encode();
    pem::encode("CERTIFICATE REQUEST", &der).expose().clone()
}

/// A request as PEM, signed by an Ed25519 key.
pub fn signed(info: &[u8], key: &PrivateKey) -> Vec<u8> {
    request(info, ED25519, &key.sign(info, &mut System).unwrap())
}

/// A certificate of 2026 in DER; nobody looks at its signature.
pub fn certificate(subject: Node, extension: Node) -> Vec<u8> {
    let key = Leaf(3, [&[0][..], &[7; 32]].concat());
    certificate_of(subject, Tree(0x30, vec![Raw(ED25519.to_vec()), key]), extension)
}

/// The same for a public key.
pub fn certificate_of(subject: Node, public_key: Node, extension: Node) -> Vec<u8> {
    let validity = Tree(0x30, vec![Leaf(0x17, b"260101000000Z".to_vec()), Leaf(0x17, b"270101000000Z".to_vec())]);
    let ed25519 = || Raw(ED25519.to_vec());
    let to_sign = Tree(
        0x30,
        vec![
            Tree(0xA0, vec![Leaf(2, vec![2])]),
            Leaf(2, vec![1]),
            ed25519(),
            name(vec![(3, Leaf(0x13, b"ca".to_vec()))]),
            validity,
            subject,
            public_key,
            Tree(0xA3, vec![Tree(0x30, vec![extension])]),
        ],
    );
    Tree(0x30, vec![to_sign, ed25519(), Leaf(3, [&[0][..], &[7; 64]].concat())]).encode()
}
