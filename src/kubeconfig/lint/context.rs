//! One entry of `contexts`.
//!
//! Source: k8s.io/client-go `tools/clientcmd/validation.go` (`validateContext`) v0.36.

use super::known::Known;
use super::{Linter, Spot};
use crate::finding::FindingCode;
use crate::kubernetes::names::is_label;
use crate::yaml::tree::Node;

impl Linter {
    /// `known`: clusters and users.
    pub(super) fn context(&mut self, entry: &Node, spot: Spot<'_>, known: &mut [Known<'_>; 2]) {
        let name = entry.text_of("name");
        if name.is_empty() {
            self.error(spot, "", FindingCode::ContextUnnamed, "The context has no name, so it cannot be selected. Give it a name.");
        }
        let fields = [
            ("cluster", FindingCode::ClusterMissing, FindingCode::ClusterNotFound),
            ("user", FindingCode::UserMissing, FindingCode::UserNotFound),
        ];
        let names = ["cluster", "user"].map(|field| spot.body.text_of(field));
        for (((field, missing, dangling), known), named) in fields.into_iter().zip(known).zip(names) {
            let found = known.find(named, spot.index);
            match named {
                "" if field == "cluster" => {
                    self.error(spot, "", missing, "The context names no cluster, so kubectl tries localhost:8080. Add a cluster.");
                }
                "" => self.error(spot, "", missing, "The context names no user, so kubectl asks for a user name. Add a user."),
                _ if found => {}
                _ if known.nearly(named) => self.error(
                    spot,
                    field,
                    dangling,
                    "There is no entry of this name. One differs only in upper and lower case or in white space. Write the name exactly as it is there.",
                ),
                _ if field == "cluster" => {
                    self.error(spot, field, dangling, "There is no cluster of this name in the file. Add it, or name another one.");
                }
                _ => self.error(spot, field, dangling, "There is no user of this name in the file. Add it, or name another one."),
            }
        }
        let namespace = spot.body.text_of("namespace");
        if !namespace.is_empty() && !is_label(namespace) {
            self.error(
                spot,
                "namespace",
                FindingCode::InvalidNamespace,
                "The namespace must have at most 63 characters: lower case letters, digits and hyphens. It must begin and end with a letter or digit.",
            );
        }
        self.out.object(&[
            ("name", name.into()),
            ("cluster", names[0].into()),
            ("user", names[1].into()),
            ("namespace", Some(namespace).filter(|text| !text.is_empty()).into()),
        ]);
    }
}
