//! Roles that an organization made for itself.

use super::patch::{given, or_nothing};
use domain::{
    Description, Name, Timestamp,
    access::{CustomRole, Reach},
    ids::RoleId,
    scope::ScopeSet,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use service::roles::{ListedRole, RoleDraft, RoleEdit};

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreateRole", extend("required" = ["name", "scopes", "reach"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomRoleBody {
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    reach: String,
}

impl From<CustomRoleBody> for RoleDraft {
    fn from(body: CustomRoleBody) -> Self {
        let CustomRoleBody { name, description, scopes, reach } = body;
        Self { name, description, scopes, reach }
    }
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EditRole")]
#[serde(deny_unknown_fields)]
pub(crate) struct EditRoleBody {
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    name: Option<String>,
    #[serde(default, deserialize_with = "or_nothing")]
    description: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Vec<String>")]
    scopes: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "String")]
    reach: Option<String>,
}

impl From<EditRoleBody> for RoleEdit {
    fn from(body: EditRoleBody) -> Self {
        let EditRoleBody { name, description, scopes, reach } = body;
        Self { name, description, scopes, reach }
    }
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "Role")]
pub(crate) struct RoleObject {
    id: RoleId,
    #[schemars(extend("const" = "role"))]
    object: &'static str,
    name: Name,
    description: Description,
    scopes: ScopeSet,
    reach: Reach,
    created_at: Timestamp,
    /// How many have it; in the list alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invitations: Option<u64>,
}

impl From<&CustomRole> for RoleObject {
    fn from(role: &CustomRole) -> Self {
        Self {
            id: role.id,
            object: "role",
            name: role.name.clone(),
            description: role.description.clone(),
            scopes: role.scopes.clone(),
            reach: role.reach,
            created_at: role.created_at,
            members: None,
            invitations: None,
        }
    }
}

impl From<&ListedRole> for RoleObject {
    fn from(listed: &ListedRole) -> Self {
        let (members, invitations) = (Some(listed.members), Some(listed.invitations));
        Self { members, invitations, ..Self::from(&listed.role) }
    }
}
