//! Options as typed structs, read from a [`Value`].
//!
//! An error names the field by its path and says what was expected, in our words; never what was given. Null is the same as
//! absent. What a struct has no field for is refused: a misspelt option is an error and not a silent default.
//!
//! [`options`] and [`choices`] are two small tables instead of serde's derive: for the 45 structs here derived code is 15.3 KB of the
//! compressed module, one loop, switch and set of states for each struct, with a deserializer of ours whose errors are the same (2026-11).

use crate::error::{Code, Error, Result};
use crate::value::Value;

/// A struct of options: each field with its name in JavaScript, and `default` where an absent one has its type's default.
macro_rules! options {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$life:lifetime> {
        $($(#[$doc:meta])* $field_vis:vis $field:ident: $type:ty = $key:literal $($default:ident)?,)*
    }) => {
        $(#[$meta])*
        $vis struct $name<$life> { $($(#[$doc])* $field_vis $field: $type,)* }
        $crate::options::options!(@read [$life] [$name<$life>] $($field: $type = $key $($default)?,)*);
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$doc:meta])* $field_vis:vis $field:ident: $type:ty = $key:literal $($default:ident)?,)*
    }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$doc])* $field_vis $field: $type,)* }
        $crate::options::options!(@read ['value] [$name] $($field: $type = $key $($default)?,)*);
    };
    (@read [$life:lifetime] [$name:ty] $($field:ident: $type:ty = $key:literal $($default:ident)?,)*) => {
        impl<$life> $crate::options::Read<$life> for $name {
            fn read(value: Option<&$life $crate::value::Value>) -> std::result::Result<Self, $crate::options::Fault> {
                let members = $crate::options::Members::of(value, &[$($key),*])?;
                Ok(Self { $($field: $crate::options::options!(@field members $key $($default)?),)* })
            }
        }
    };
    (@field $members:ident $key:literal) => { $members.field($key)? };
    (@field $members:ident $key:literal default) => { $members.field::<Option<_>>($key)?.unwrap_or_default() };
}
pub(crate) use options;

/// An enum of texts.
macro_rules! choices {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        $vis enum $name { $($(#[$doc])* $variant,)* }
        impl $name {
            /// The text of this choice.
            #[allow(dead_code, reason = "some are only read")]
            pub(crate) fn as_str(self) -> &'static str {
                [$($text),*][self as usize]
            }
        }
        impl<'value> $crate::options::Read<'value> for $name {
            fn read(value: Option<&'value $crate::value::Value>) -> std::result::Result<Self, $crate::options::Fault> {
                let known = [$($name::$variant),*];
                Ok(known[$crate::options::choice(value, &[$($text),*])?])
            }
        }
    };
}
pub(crate) use choices;

impl Value {
    /// Reads an argument of this name as a `T`.
    ///
    /// # Errors
    /// [`Code::InvalidOptions`] with the field.
    pub(crate) fn read<'a, T: Read<'a>>(&'a self, name: &str) -> Result<T> {
        T::read(Some(self)).map_err(|fault| fault.error(name))
    }

    /// Reads what is at this path of an argument, where that is known by now alone.
    ///
    /// # Errors
    /// As [`Value::read`].
    pub(crate) fn read_at<'a, T: Read<'a>>(&'a self, name: &str, path: &str) -> Result<T> {
        T::read(Some(self)).map_err(|fault| fault.within(path).error(name))
    }
}

/// What can be an option: a struct of [`options`], an enum of [`choices`], or one of the types below.
pub(crate) trait Read<'a>: Sized {
    /// Reads a value; `None` where it is absent.
    fn read(value: Option<&'a Value>) -> Fallible<Self>;
}

/// Why a value is not a `T`, on its way out to the argument, collecting the path.
#[derive(Debug)]
pub(crate) struct Fault(Box<(String, Expected)>);

#[derive(Debug)]
enum Expected {
    /// `must be …`
    Kind(&'static str),
    OneOf(&'static [&'static str]),
    Present,
    /// A member that has none of these names.
    Known(&'static [&'static str]),
}

type Fallible<T> = std::result::Result<T, Fault>;

impl Fault {
    #[inline(never)]
    fn new(expected: Expected) -> Fault {
        Fault(Box::new((String::new(), expected)))
    }

    #[inline(never)]
    fn within(mut self, key: &str) -> Fault {
        let path = &mut self.0.0;
        if !path.is_empty() && !path.starts_with('[') {
            path.insert(0, '.');
        }
        path.insert_str(0, key);
        self
    }

    #[inline(never)]
    fn error(self, name: &str) -> Error {
        let (path, expected) = *self.0;
        let dot = if path.is_empty() || path.starts_with('[') { "" } else { "." };
        let whole = [name, dot, &path].concat();
        let message = match expected {
            Expected::Kind(kind) => format!("`{whole}` must be {kind}."),
            Expected::OneOf(known) => format!("`{whole}` must be one of: {}.", known.join(", ")),
            Expected::Present => format!("`{whole}` is required."),
            Expected::Known(known) => format!("`{whole}` is not a known field. Known fields: {}.", known.join(", ")),
        };
        Error::new(Code::InvalidOptions, message).at(if path.is_empty() { name } else { &path })
    }
}

/// A member in a path. The caller's own key is named where it is a plain word; anything else could be a value in the wrong place, so
/// that its position is given.
pub(crate) fn step(key: &str, position: usize) -> String {
    let word = (1..=32).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphabetic());
    if word { key.to_owned() } else { format!("[{position}]") }
}

/// A value that must be there.
#[inline(never)]
fn present(value: Option<&Value>) -> Fallible<&Value> {
    value.filter(|value| **value != Value::Null).ok_or_else(|| Fault::new(Expected::Present))
}

fn kind<T>(expected: &'static str) -> Fallible<T> {
    Err(Fault::new(Expected::Kind(expected)))
}

/// The members of an object whose names are all known.
pub(crate) struct Members<'a>(&'a [(String, Value)]);

impl<'a> Members<'a> {
    #[inline(never)]
    pub(crate) fn of(value: Option<&'a Value>, known: &'static [&'static str]) -> Fallible<Members<'a>> {
        let Value::Map(pairs) = present(value)? else { return kind("an object") };
        match pairs.iter().position(|(key, _)| !known.contains(&key.as_str())) {
            Some(position) => Err(Fault::new(Expected::Known(known)).within(&step(&pairs[position].0, position))),
            None => Ok(Members(pairs)),
        }
    }

    #[inline(never)]
    pub(crate) fn field<T: Read<'a>>(&self, key: &'static str) -> Fallible<T> {
        let value = self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value);
        T::read(value).map_err(|fault| fault.within(key))
    }
}

/// The number of a text among others.
#[inline(never)]
pub(crate) fn choice(value: Option<&Value>, known: &'static [&'static str]) -> Fallible<usize> {
    let found = if let Value::String(text) = present(value)? { known.iter().position(|name| name == text) } else { None };
    found.ok_or_else(|| Fault::new(Expected::OneOf(known)))
}

impl<'a> Read<'a> for &'a str {
    fn read(value: Option<&'a Value>) -> Fallible<Self> {
        if let Value::String(text) = present(value)? { Ok(text) } else { kind("a string") }
    }
}

impl<'a> Read<'a> for String {
    fn read(value: Option<&'a Value>) -> Fallible<Self> {
        <&str>::read(value).map(str::to_owned)
    }
}

impl<'a> Read<'a> for bool {
    fn read(value: Option<&'a Value>) -> Fallible<Self> {
        if let Value::Bool(flag) = present(value)? { Ok(*flag) } else { kind("true or false") }
    }
}

impl<'a> Read<'a> for f64 {
    fn read(value: Option<&'a Value>) -> Fallible<Self> {
        if let Value::Number(number) = present(value)? { Ok(*number) } else { kind("a number") }
    }
}

impl<'a> Read<'a> for Value {
    fn read(value: Option<&'a Value>) -> Fallible<Self> {
        present(value).cloned()
    }
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    fn read(value: Option<&'a Value>) -> Fallible<Self> {
        value.filter(|value| **value != Value::Null).map(|value| T::read(Some(value))).transpose()
    }
}

impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    fn read(value: Option<&'a Value>) -> Fallible<Self> {
        let Value::List(items) = present(value)? else { return kind("a list") };
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            list.push(T::read(Some(item)).map_err(|fault| fault.within(&format!("[{index}]")))?);
        }
        Ok(list)
    }
}

/// A field that some calls of an options object need, and others do not.
pub(crate) fn required<T>(value: Option<T>, field: &str) -> Result<T> {
    value.ok_or_else(|| Error::new(Code::InvalidOptions, format!("`{field}` is required.")).at(field))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use crate::encoding::json;
    use crate::error::Code;
    use crate::value::Value;

    options! {
        #[derive(Debug)]
        struct Options<'a> {
            user: &'a str = "user",
            groups: Option<Vec<&'a str>> = "groups",
            dry_run: Option<bool> = "dryRun",
            limit: Option<f64> = "limit",
            format: Option<Format> = "format",
            nested: Vec<Nested<'a>> = "nested" default,
            object: Option<Value> = "object",
        }
    }

    choices! {
        #[derive(Debug)]
        enum Format {
            Plain = "plain",
            WithColours = "with-colours",
        }
    }

    options! {
        #[derive(Debug)]
        struct Nested<'a> {
            name: &'a str = "name",
        }
    }

    fn value(text: &str) -> Value {
        json::read(text).unwrap().value
    }

    #[test]
    fn fields_are_read_and_null_is_absent() {
        let text = r#"{"user":"jane","groups":["a","b"],"dryRun":null,"limit":5,"format":"with-colours","object":{"a":[null,1,"x"]},"nested":[{"name":"n"}]}"#;
        let given = value(text);
        let options: Options<'_> = given.read("options").unwrap();
        assert_eq!((options.user, options.groups.unwrap().len(), options.dry_run, options.limit), ("jane", 2, None, Some(5.0)));
        assert!(matches!(options.format, Some(Format::WithColours)));
        assert_eq!(options.object.as_ref(), given.get("object"));
        assert_eq!(options.nested[0].name, "n");
    }

    #[test]
    fn errors_name_the_field_and_no_value() {
        for (text, field, message) in [
            ("5", "options", "`options` must be an object."),
            ("[]", "options", "`options` must be an object."),
            ("null", "options", "`options` is required."),
            ("{}", "user", "`options.user` is required."),
            (r#"{"user":null}"#, "user", "`options.user` is required."),
            (r#"{"user":{"hunter":"2"}}"#, "user", "`options.user` must be a string."),
            (r#"{"user":"x","groups":"hunter"}"#, "groups", "`options.groups` must be a list."),
            (r#"{"user":"x","groups":["a",2]}"#, "groups[1]", "`options.groups[1]` must be a string."),
            (r#"{"user":"x","groups":[null]}"#, "groups[0]", "`options.groups[0]` is required."),
            (r#"{"user":"x","dryRun":"yes"}"#, "dryRun", "`options.dryRun` must be true or false."),
            (r#"{"user":"x","limit":"5"}"#, "limit", "`options.limit` must be a number."),
            (r#"{"user":"x","format":"hunter"}"#, "format", "`options.format` must be one of: plain, with-colours."),
            (r#"{"user":"x","format":1}"#, "format", "`options.format` must be one of: plain, with-colours."),
            (r#"{"user":"x","nested":[{"name":"n"},{}]}"#, "nested[1].name", "`options.nested[1].name` is required."),
            (
                r#"{"user":"x","nested":[{"nane":"n"}]}"#,
                "nested[0].nane",
                "`options.nested[0].nane` is not a known field. Known fields: name.",
            ),
            (
                r#"{"user":"x","hunter2":null}"#,
                "[1]",
                "`options[1]` is not a known field. Known fields: user, groups, dryRun, limit, format, nested, object.",
            ),
        ] {
            let given = value(text);
            let error = given.read::<Options<'_>>("options").unwrap_err();
            assert_eq!((error.code(), error.field(), error.message()), (Code::InvalidOptions, Some(field), message), "{text}");
        }
    }

    #[test]
    fn a_part_is_named_by_its_path() {
        let error = value(r#"{"name":1}"#).read_at::<Nested<'_>>("options", "role").unwrap_err();
        assert_eq!((error.field(), error.message()), (Some("role.name"), "`options.role.name` must be a string."));
    }
}
