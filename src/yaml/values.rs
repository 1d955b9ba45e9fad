//! Between a document's tree and plain data.

use super::tree::{Data, Node, Pair, Place};
use crate::encoding::decimal;
use crate::value::Value;

/// Numbers become what JavaScript makes of them.
impl From<&Node> for Value {
    fn from(node: &Node) -> Value {
        match &node.data {
            Data::Null => Value::Null,
            Data::Bool(flag) => Value::Bool(*flag),
            Data::Number(digits) => Value::Number(kubecred_yaml::number::read(digits).unwrap_or(f64::NAN)),
            Data::Text(text) => Value::String(text.as_str().to_owned()),
            Data::List(items) => Value::List(items.iter().map(Value::from).collect()),
            Data::Map(pairs) => Value::Map(pairs.iter().map(|pair| (pair.key.as_str().to_owned(), Value::from(&pair.value))).collect()),
        }
    }
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Node {
        Node::from(match value {
            Value::Null => Data::Null,
            Value::Bool(flag) => Data::Bool(*flag),
            // Whole numbers without a fraction, which is what int32 fields of the API insist on.
            Value::Number(number) => Data::Number(decimal::write(*number)),
            Value::String(text) => return Node::text(text.as_str()),
            Value::List(items) => Data::List(items.iter().map(Node::from).collect()),
            Value::Map(pairs) => {
                let pair =
                    |(key, value): &(String, Value)| Pair { key: key.as_str().into(), place: Place::default(), value: Node::from(value) };
                Data::Map(pairs.iter().map(pair).collect())
            }
        })
    }
}
