//! Numbers in kubeconfigs, in every form that YAML has: what kubectl reads of a file is what it reads of the same file written here, to the last
//! digit, and the digits that were written are kept wherever JSON has them. KUBECRED_NUMBERS sets how many, KUBECRED_SEED which.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use crate::common;
use crate::kubectl;

use common::{json, vector};
use kubecred::kubeconfig::Kubeconfig;
use kubecred::yaml::tree::{Data, Node};
use kubectl::Kubectl;

/// Numbers of a file.
const BATCH: usize = 5_000;
const SEED: u64 = 20_261_128;

/// Cases out of a seed.
struct Cases(common::Seeded);

impl Cases {
    fn next(&mut self) -> u64 {
        self.0.next()
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn digits(&mut self, most: u64, alphabet: &str) -> String {
        let count = 1 + self.below(most);
        (0..count).map(|_| alphabet.as_bytes()[self.below(alphabet.len() as u64) as usize] as char).collect()
    }

    fn exponent(&mut self) -> String {
        match self.below(3) {
            0 => String::new(),
            _ => format!("{}{}{}", self.one_of(&["e", "E"]), self.one_of(&["", "+", "-"]), self.digits(3, "0123456789")),
        }
    }

    /// A number, or what nearly is one.
    fn number(&mut self) -> String {
        let sign = self.one_of(&["", "", "-", "+"]);
        let number = match self.below(12) {
            0 => self.digits(6, "0123456789"),
            1 => self.digits(40, "0123456789"),
            2 => f64::from_bits(self.next()).abs().to_string().replace("inf", "1e308").replace("NaN", "0"),
            3 => format!("{:e}", f64::from_bits(self.next()).abs()).replace("inf", "1e308").replace("NaN", "0"),
            4 => format!("{}.{}{}", self.digits(20, "0123456789"), self.digits(20, "0123456789"), self.exponent()),
            5 => format!("{}.{}", self.digits(5, "0123456789"), self.exponent()),
            6 => format!(".{}{}", self.digits(20, "0123456789_"), self.exponent()),
            7 => format!("{}{}", self.one_of(&["0x", "0X"]), self.digits(17, "0123456789abcdefABCDEF_")),
            8 => format!("{}{}", self.one_of(&["0o", "0O", "0", "00"]), self.digits(23, "01234567_89")),
            9 => format!("{}{}", self.one_of(&["0b", "0B", "0b-", "0b+"]), self.digits(66, "01_")),
            10 => format!("{}{}", self.digits(20, "0123456789_"), self.exponent()),
            // Next to the ends of the integer types.
            _ => {
                let ends = [1u128 << 53, 1 << 63, 1 << 64, 1_000_000_000_000_000_000_000];
                (ends[self.below(4) as usize] + u128::from(self.below(5)) - 2).to_string()
            }
        };
        let tag = if self.below(20) == 0 { "!!float " } else { "" };
        let number = format!("{sign}{number}");
        // A tag promises a number; go-yaml turns no uint64 into a float.
        if tag.is_empty() || number.parse::<f64>().is_ok_and(|number| number.is_finite() && number.abs() < 9e18) {
            format!("{tag}{number}")
        } else {
            number
        }
    }
}

fn file(numbers: &[String]) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: ''\nextensions:\n- name: numbers\n  extension:\n{}",
        numbers.iter().map(|number| format!("  - {number}\n")).collect::<String>()
    )
}

/// The file as kubectl prints it: before, and after it was read and written here.
fn compare(kubectl: &Kubectl, text: &str) {
    let before = kubectl.printed(text.as_bytes(), &["--raw"]).unwrap();
    let ours = Kubeconfig::read(text.as_bytes(), common::NOW).unwrap();
    for format in ["yaml", "json", "kyaml"] {
        let written = ours.serialize(&json(&format!(r#"{{"format":"{format}"}}"#))).unwrap();
        let after = kubectl.printed(&written, &["--raw"]).unwrap();
        if let Some((before, after)) = before.lines().zip(after.lines()).find(|(before, after)| before != after) {
            panic!("as {format}: kubectl reads {before} before and {after} after");
        }
        assert_eq!(before.len(), after.len(), "as {format}");
        let again = Kubeconfig::read(&written, common::NOW).unwrap();
        assert!(again.tree() == ours.tree(), "as {format}, read here");
        if format == "json" {
            serde_json::from_slice::<serde_json::Value>(&written).expect("strict JSON");
        }
    }
}

#[test]
fn no_number_is_changed() {
    let count = std::env::var("KUBECRED_NUMBERS").map_or(20_000, |count| count.parse().unwrap());
    let seed = std::env::var("KUBECRED_SEED").map_or(SEED, |seed| seed.parse().unwrap());
    println!("{count} numbers, seed {seed}");
    let kubectl = Kubectl::new("numbers");
    let mut cases = Cases(common::Seeded(seed));
    let mut left: usize = count;
    while left > 0 {
        let numbers: Vec<String> = (0..BATCH.min(left)).map(|_| cases.number()).collect();
        left -= numbers.len();
        compare(&kubectl, &file(&numbers));
    }
}

/// What JSON has keeps its digits, whatever a float64 would make of it.
#[test]
fn digits_are_kept() {
    let numbers = ["-0", "-0.0", "123456789012345678901234567890", "6.8e-10", "1e36", "9007199254740993", "1.10", "0e0", "2E+05", "5e-324"];
    let text = file(&numbers.map(str::to_owned));
    let ours = Kubeconfig::read(text.as_bytes(), common::NOW).unwrap();
    fn digits<'a>(node: &'a Node, found: &mut Vec<&'a str>) {
        match &node.data {
            Data::Number(number) => found.push(number),
            Data::List(items) => items.iter().for_each(|item| digits(item, found)),
            Data::Map(pairs) => pairs.iter().for_each(|pair| digits(&pair.value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    digits(ours.tree(), &mut found);
    assert_eq!(found, numbers);
    compare(&Kubectl::new("digits"), &text);
}

#[test]
fn the_reported_numbers_are_not_changed() {
    let kubectl = Kubectl::new("reported-numbers");
    let table = String::from_utf8(vector("reports/expected.tsv")).unwrap();
    let files: Vec<&str> = table.lines().filter_map(|line| line.split('\t').next()).filter(|file| file.starts_with("number-")).collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        compare(&kubectl, std::str::from_utf8(&vector(&format!("reports/{file}"))).unwrap());
    }
}

/// Numbers as keys: the text that sigs.k8s.io/yaml makes of them, or refused.
#[test]
fn keys_that_are_numbers_are_kubectls() {
    let kubectl = Kubectl::new("number-keys");
    let mut read = 0;
    for key in [
        "1",
        "-0",
        "0x1F",
        "1e3",
        "08",
        "-08",
        "1_000",
        "999999.0",
        "1.",
        "-0.0",
        "9223372036854775807",
        "1e6",
        "1.5",
        "18446744073709551615",
    ] {
        let text = format!("extensions:\n- name: numbers\n  extension: {{{key}: x}}\n");
        let theirs = kubectl.printed(text.as_bytes(), &["--raw"]);
        let Ok(ours) = Kubeconfig::read(text.as_bytes(), common::NOW) else { continue };
        read += 1;
        let written = ours.serialize(&json("{}")).unwrap();
        assert_eq!(kubectl.printed(&written, &["--raw"]), theirs, "{key}");
    }
    assert_eq!(read, 11);
}
