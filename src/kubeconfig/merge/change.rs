//! What a merge did, for people and programs.

use crate::value::Value;

/// An entry that was taken over names files by paths that kubectl resolves against the folder of the kubeconfig.
pub(super) const RELATIVE_PATH: &str = "This entry names a file by a relative path, which kubectl resolves from the folder of the kubeconfig. The same path next to the merged file may be another file. Embed the file, or write an absolute path.";
const BOUND_CLUSTER: &str = "This context takes its cluster from the other file, so its credential is sent to a server that the other file names. Check the address of the server before you use the context.";
const BOUND_USER: &str = "This context takes its user from the other file, so a credential of the other file is sent to the server of this context. Check that both belong together before you use the context.";
const BOUND_CURRENT: &str = "The current context is now an entry of the other file. Check its cluster and user before you use it.";
const DANGLING: &str = "The entry that this refers to is not in its own file. The other file has one of the same name, which is not used: the reference was renamed and still does not lead anywhere. Add the missing entry, or bind the reference to the other file's entry only if you trust both files.";

/// What happened to one entry of the second file, or to a reference between the two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `added`, `identical`, `renamed`, `replaced` or `kept` (the first file's); of references: `dangling` (renamed, so that it is not bound to
    /// an entry of the other file) or `bound` (leads to an entry of the other file).
    pub kind: &'static str,
    /// `clusters`, `users`, `contexts`, or `fields` for everything else at the top of the file.
    pub section: &'static str,
    /// Its name in its own file.
    pub name: String,
    /// Its name in the result, where that is another one.
    pub new_name: Option<String>,
    /// Of a reference: `this` where the context is the first file's, `other` where it is the second's.
    pub file: Option<&'static str>,
    /// Of a reference: `cluster` or `user`.
    pub field: Option<&'static str>,
    /// Of a reference: the name that it refers to in its own file.
    pub reference: Option<String>,
    /// Of a reference: the name that it refers to in the result, where that is another one.
    pub new_reference: Option<String>,
    /// Why a person should look at it.
    pub warning: Option<&'static str>,
}

impl Change {
    pub(super) fn new(kind: &'static str, section: &'static str, name: &str, new_name: Option<String>) -> Change {
        Change {
            kind,
            section,
            name: name.to_owned(),
            new_name,
            file: None,
            field: None,
            reference: None,
            new_reference: None,
            warning: None,
        }
    }

    /// A context of `file` whose field leads to an entry of the other file.
    pub(super) fn bound(file: &'static str, context: &str, field: &'static str, reference: &str) -> Change {
        Change {
            file: Some(file),
            field: Some(field),
            reference: Some(reference.to_owned()),
            warning: Some(if field == "cluster" { BOUND_CLUSTER } else { BOUND_USER }),
            ..Change::new("bound", "contexts", context, None)
        }
    }

    /// A context of the second file whose field still leads nowhere.
    pub(super) fn dangling(context: &str, field: &'static str, reference: &str, new_reference: &str) -> Change {
        Change {
            file: Some("other"),
            field: Some(field),
            reference: Some(reference.to_owned()),
            new_reference: Some(new_reference.to_owned()),
            warning: Some(DANGLING),
            ..Change::new("dangling", "contexts", context, None)
        }
    }

    /// The same of the current context.
    pub(super) fn current(kind: &'static str, reference: &str, new_reference: Option<&str>) -> Change {
        Change {
            reference: Some(reference.to_owned()),
            new_reference: new_reference.map(str::to_owned),
            warning: Some(if kind == "bound" { BOUND_CURRENT } else { DANGLING }),
            ..Change::new(kind, "fields", "current-context", None)
        }
    }

    /// `MergeChange` in types.ts.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::map([
            ("kind", Some(self.kind.into())),
            ("section", Some(self.section.into())),
            ("name", Some(self.name.as_str().into())),
            ("newName", self.new_name.as_deref().map(Value::from)),
            ("file", self.file.map(Value::from)),
            ("field", self.field.map(Value::from)),
            ("reference", self.reference.as_deref().map(Value::from)),
            ("newReference", self.new_reference.as_deref().map(Value::from)),
            ("warning", self.warning.map(Value::from)),
        ])
    }
}
