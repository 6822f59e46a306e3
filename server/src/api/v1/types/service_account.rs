//! Service accounts: the body that creates one, and the object.

use domain::{Timestamp, account::ServiceAccount};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreateServiceAccount", extend("required" = ["name"]))]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceAccountBody {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default = "member")]
    pub(crate) role: String,
}

fn member() -> String {
    "member".to_owned()
}

#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ServiceAccount")]
pub(crate) struct ServiceAccountObject {
    id: String,
    #[schemars(extend("const" = "service_account"))]
    object: &'static str,
    org_id: String,
    name: String,
    description: String,
    role: String,
    created_at: Timestamp,
}

impl From<&ServiceAccount> for ServiceAccountObject {
    fn from(account: &ServiceAccount) -> Self {
        Self {
            id: account.id.to_string(),
            object: "service_account",
            org_id: account.org.to_string(),
            name: account.name.to_string(),
            description: account.description.to_string(),
            role: account.role.to_string(),
            created_at: account.created_at,
        }
    }
}
