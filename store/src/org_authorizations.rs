//! Organization authorizations: tokens that are used in an organization other than their home.
//!
//! Owns: the rows of `org_authorizations`. A row belongs to the organization in which the token is used. That
//! organization sees what it needs to decide about the token, but not its home. The home organization sees nothing; the
//! token's owner sees where it works. The `domain` crate decides the effective scopes.

use crate::{
    Page, PageRequest, ReadTx, Result, StoreError, WriteTx,
    backend::{Conn, execute, fetch_all, fetch_optional},
    column::{instant, parse},
    page::ListKey,
    roles::RoleColumns,
    sql::{credentials::reached, roles::join_role, roles::role_of, statements},
    tx::changed_one,
};
use domain::{
    EmailAddress, Name, Timestamp,
    access::MemberRole,
    credential::{Breadth, CreatedBy, Decision, Life, OrgAuthorization, Outcome, Owner},
    ids::{CredentialId, OrgId, UserId},
    policy::Existing,
};

/// A token of another organization, as this organization may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossOrgToken {
    /// The organization authorization of the token.
    pub authorization: OrgAuthorization,
    pub owner_name: Name,
    /// The address with which the owner signs in.
    pub owner_email: EmailAddress,
    /// The owner's role in this organization.
    pub role: MemberRole,
    /// Name of the token.
    pub name: Name,
    /// The newest secret in redacted form.
    pub redacted: String,
    /// The token's current scopes, resources and IP allowlist.
    pub breadth: Breadth,
    pub life: Life,
    /// The last use in any organization.
    pub last_used_at: Option<Timestamp>,
}

impl CrossOrgToken {
    /// Returns the parts that policy requirements are checked against.
    pub fn existing(&self) -> Existing<'_> {
        let Life { created_at, expires_at, .. } = self.life;
        Existing { created_at, expires_at, scopes: &self.breadth.scopes }
    }

    /// Returns the time since which the token has been idle in this organization.
    pub fn idle_since(&self) -> Timestamp {
        self.authorization.idle_since(self.last_used_at)
    }
}

#[derive(sqlx::FromRow)]
struct AuthorizationRow {
    org_id: String,
    credential_id: String,
    home_id: String,
    owner_id: String,
    scopes: String,
    resources: String,
    networks: String,
    authorized_at: i64,
    pending_since: Option<i64>,
    outcome: Option<String>,
    decided_by_id: Option<String>,
    decided_by_name: Option<String>,
    decided_at: Option<i64>,
    note: Option<String>,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    #[sqlx(flatten)]
    authorization: AuthorizationRow,
    owner_name: String,
    owner_email: String,
    #[sqlx(flatten)]
    role: RoleColumns,
    name: String,
    redacted: Option<String>,
    token_scopes: String,
    token_resources: String,
    token_networks: String,
    created_at: i64,
    expires_at: Option<i64>,
    disabled_at: Option<i64>,
    token_pending_since: Option<i64>,
    last_used_at: Option<i64>,
}

fn breadth(scopes: &str, resources: &str, networks: &str) -> Result<Breadth> {
    Ok(Breadth {
        scopes: parse("scopes", scopes)?,
        resources: parse("resources", resources)?,
        networks: parse("networks", networks)?,
    })
}

impl AuthorizationRow {
    fn authorization(&self) -> Result<OrgAuthorization> {
        let decision = match (&self.outcome, self.decided_at, &self.decided_by_id, &self.decided_by_name) {
            (Some(outcome), Some(at), Some(id), Some(name)) => Some(Decision {
                outcome: if outcome == Outcome::Approved.as_str() { Outcome::Approved } else { Outcome::Denied },
                by: CreatedBy { id: id.clone(), name: parse("name of who decided", name)? },
                at: Timestamp::from_millis(at),
                note: self.note.clone().unwrap_or_default(),
            }),
            _ => None,
        };
        Ok(OrgAuthorization {
            credential: parse("credential id", &self.credential_id)?,
            org: parse("organization id", &self.org_id)?,
            home: parse("organization id", &self.home_id)?,
            owner: parse("owner's id", &self.owner_id)?,
            breadth: breadth(&self.scopes, &self.resources, &self.networks)?,
            authorized_at: Timestamp::from_millis(self.authorized_at),
            pending_since: instant(self.pending_since),
            decision,
        })
    }
}

impl TokenRow {
    fn token(&self) -> Result<CrossOrgToken> {
        Ok(CrossOrgToken {
            authorization: self.authorization.authorization()?,
            owner_name: parse("owner's name", &self.owner_name)?,
            owner_email: parse("e-mail address", &self.owner_email)?,
            role: self.role.role()?,
            name: parse("credential name", &self.name)?,
            redacted: self.redacted.clone().unwrap_or_default(),
            breadth: breadth(&self.token_scopes, &self.token_resources, &self.token_networks)?,
            life: Life {
                created_at: Timestamp::from_millis(self.created_at),
                expires_at: instant(self.expires_at),
                disabled_at: instant(self.disabled_at),
                revoked_at: None,
                pending_since: instant(self.token_pending_since),
            },
            last_used_at: instant(self.last_used_at),
        })
    }
}

/// Reads all organization authorizations that belong to an organization.
pub(crate) async fn load(conn: &mut Conn, org: OrgId) -> Result<Vec<OrgAuthorization>> {
    let rows = fetch_all!(conn, AuthorizationRow, ORG_AUTHORIZATIONS, org.to_string())?;
    rows.iter().map(AuthorizationRow::authorization).collect()
}

impl ReadTx {
    /// Returns a page of the tokens of other organizations within the permit's reach, newest first.
    /// Expired tokens are left out.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] if the cursor does not belong to this list.
    pub async fn authorized_tokens(&mut self, now: Timestamp, page: &PageRequest) -> Result<Page<CrossOrgToken>> {
        let list = ListKey::new("authorized tokens", self.permit());
        let below = page.below_id(&list)?;
        let ((org, kind, owner), limit) = (self.reach(), i64::from(page.limit()) + 1);
        let conn = &mut self.conn;
        let rows = fetch_all!(conn, TokenRow, AUTHORIZED_TOKENS, org, kind, owner, below, limit, now.millis())?;
        let tokens = rows.iter().map(TokenRow::token).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(tokens, page.limit(), &list, |token| token.authorization.credential.to_string()))
    }

    /// Returns one token of another organization, even if it has expired.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit reaches no such token.
    pub async fn authorized_token(&mut self, id: CredentialId) -> Result<CrossOrgToken> {
        let (org, kind, owner) = self.reach();
        let row = fetch_optional!(&mut self.conn, TokenRow, AUTHORIZED_TOKEN, org, kind, owner, id.to_string())?;
        row.ok_or(StoreError::Missing)?.token()
    }

    /// Returns the organization authorizations of a token of the permit's organization. Only its owner gets them; every
    /// other caller gets an empty list.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database is not available.
    pub async fn authorizations_of(&mut self, id: CredentialId) -> Result<Vec<OrgAuthorization>> {
        let (org, Some(kind), owner) = self.reach() else { return Ok(Vec::new()) };
        let rows = fetch_all!(&mut self.conn, AuthorizationRow, AUTHORIZATIONS_OF, org, kind, owner, id.to_string())?;
        rows.iter().map(AuthorizationRow::authorization).collect()
    }
}

impl WriteTx {
    /// Stores an organization authorization, and replaces an earlier one of the same token.
    ///
    /// # Errors
    /// [`StoreError::Missing`] in each of these cases:
    /// * The permit does not reach the organization or the owner.
    /// * The owner has no such token.
    /// * The owner is not a member of both organizations.
    pub async fn insert_org_authorization(&mut self, authorization: &OrgAuthorization) -> Result<()> {
        self.check_reach(authorization.org, Owner::User(authorization.owner))?;
        let org = self.org();
        let rows = execute!(
            &mut self.conn,
            INSERT_ORG_AUTHORIZATION,
            org,
            authorization.home.to_string(),
            authorization.credential.to_string(),
            authorization.owner.to_string(),
            authorization.authorized_at.millis(),
            authorization.pending_since.map(Timestamp::millis),
        )?;
        changed_one(rows)
    }

    /// Removes the organization authorization of a token.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit reaches no such organization authorization.
    pub async fn delete_org_authorization(&mut self, id: CredentialId) -> Result<()> {
        let (org, kind, owner) = self.reach();
        changed_one(execute!(&mut self.conn, DELETE_ORG_AUTHORIZATION, org, kind, owner, id.to_string())?)
    }

    /// Stores the decision, with the token's scopes, resources and IP allowlist at that time.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the organization has no such organization authorization.
    pub async fn decide_org_authorization(&mut self, authorization: &OrgAuthorization) -> Result<()> {
        let (org, breadth) = (self.org(), &authorization.breadth);
        let decision = authorization.decision.as_ref().ok_or(StoreError::Missing)?;
        let rows = execute!(
            &mut self.conn,
            DECIDE_ORG_AUTHORIZATION,
            org,
            authorization.credential.to_string(),
            breadth.scopes.to_string(),
            breadth.resources.to_string(),
            breadth.networks.to_string(),
            decision.outcome.as_str(),
            decision.by.id.as_str(),
            decision.by.name.as_str(),
            decision.at.millis(),
            decision.note.as_str(),
        )?;
        changed_one(rows)
    }

    /// Removes the organization authorizations of a member who leaves, and those of the member's tokens in other
    /// organizations. Returns their number.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if the permit does not reach the user.
    pub async fn end_org_authorizations(&mut self, user: UserId) -> Result<u64> {
        self.check_reach(self.permit().org(), Owner::User(user))?;
        let (org, user) = (self.org(), user.to_string());
        let here = execute!(&mut self.conn, END_ORG_AUTHORIZATIONS, org.as_str(), user.as_str())?;
        Ok(here + execute!(&mut self.conn, END_ORG_AUTHORIZATIONS_OF, org, user)?)
    }

    /// Removes the organization authorizations of a token, in the transaction that transfers it.
    pub(crate) async fn end_org_authorizations_of(&mut self, id: CredentialId) -> Result<()> {
        let org = self.org();
        execute!(&mut self.conn, END_ORG_AUTHORIZATIONS_OF_ONE, org, id.to_string()).map(drop)
    }
}

/// The columns of an organization authorization, for the alias `a`.
macro_rules! columns {
    () => {
        "a.org_id, a.credential_id, a.home_id, a.owner_id, a.scopes, a.resources, a.networks, a.authorized_at, a.pending_since,
            a.outcome, a.decided_by_id, a.decided_by_name, a.decided_at, a.note"
    };
}

/// Organization authorizations with the data of the token that their organization may see. The token must not be
/// revoked, and its owner must be a member of the organization.
macro_rules! tokens {
    () => {
        concat!(
            "SELECT ",
            columns!(),
            ", u.name AS owner_name, u.email AS owner_email, ",
            role_of!("m"),
            ", c.name, c.env, c.scopes AS token_scopes,
            c.resources AS token_resources, c.networks AS token_networks, c.created_at, c.expires_at, c.disabled_at,
            c.pending_since AS token_pending_since,
            (SELECT s.redacted FROM secrets s WHERE s.org_id = a.home_id AND s.credential_id = a.credential_id
                ORDER BY s.number DESC LIMIT 1) AS redacted,
            (SELECT MAX(s.last_used_at) FROM secrets s WHERE s.org_id = a.home_id AND s.credential_id = a.credential_id)
                AS last_used_at
        FROM org_authorizations a
            JOIN credentials c ON c.org_id = a.home_id AND c.id = a.credential_id
                AND c.owner_type = 'user' AND c.owner_id = a.owner_id AND c.revoked_at IS NULL
            JOIN users u ON u.id = a.owner_id
            JOIN memberships m ON m.org_id = a.org_id AND m.user_id = a.owner_id ",
            join_role!("m"),
            "
        WHERE a.org_id = $1 AND (CAST($2 AS TEXT) IS NULL OR ($2 = 'user' AND a.owner_id = $3))"
        )
    };
}

// $1 is the organization that a row belongs to. In statements that start from credentials, $1 is their home
// organization. There only the token's owner learns in which other organizations it works.
statements! {
    AUTHORIZED_TOKEN = concat!(tokens!(), " AND a.credential_id = $4");

    /// Tokens that have not expired at $6.
    AUTHORIZED_TOKENS = concat!(tokens!(), " AND a.credential_id < $4 AND (c.expires_at IS NULL OR c.expires_at > $6)
        ORDER BY a.credential_id DESC LIMIT $5");

    /// The other organizations in which a token works, for its owner.
    AUTHORIZATIONS_OF = concat!("SELECT ", columns!(), "
        FROM credentials c JOIN org_authorizations a ON a.home_id = c.org_id AND a.credential_id = c.id AND a.owner_id = c.owner_id
        WHERE c.org_id = $1 AND ", reached!("c."), " AND c.id = $4 ORDER BY a.org_id");

    /// Only for the owner of the token, who must be a member of both organizations. Replaces an
    /// earlier row and its decision.
    INSERT_ORG_AUTHORIZATION = "INSERT INTO org_authorizations (org_id, credential_id, home_id, owner_id, scopes, resources,
            networks, authorized_at, pending_since)
        SELECT m.org_id, c.id, c.org_id, c.owner_id, c.scopes, c.resources, c.networks, $5, $6
        FROM credentials c
            JOIN memberships m ON m.org_id = $1 AND m.user_id = c.owner_id
            JOIN memberships h ON h.org_id = c.org_id AND h.user_id = c.owner_id
        WHERE c.org_id = $2 AND c.id = $3 AND c.owner_type = 'user' AND c.owner_id = $4 AND c.revoked_at IS NULL
        ON CONFLICT (org_id, credential_id) DO UPDATE SET owner_id = excluded.owner_id, scopes = excluded.scopes,
            resources = excluded.resources, networks = excluded.networks, authorized_at = excluded.authorized_at,
            pending_since = excluded.pending_since, outcome = NULL, decided_by_id = NULL, decided_by_name = NULL,
            decided_at = NULL, note = NULL";

    DELETE_ORG_AUTHORIZATION = "DELETE FROM org_authorizations
        WHERE org_id = $1 AND credential_id = $4 AND (CAST($2 AS TEXT) IS NULL OR ($2 = 'user' AND owner_id = $3))";

    DECIDE_ORG_AUTHORIZATION = "UPDATE org_authorizations SET scopes = $3, resources = $4, networks = $5, pending_since = NULL,
            outcome = $6, decided_by_id = $7, decided_by_name = $8, decided_at = $9, note = $10
        WHERE org_id = $1 AND credential_id = $2";

    /// The authorizations of a user in the organization that the user leaves.
    END_ORG_AUTHORIZATIONS = "DELETE FROM org_authorizations WHERE org_id = $1 AND owner_id = $2";

    /// The authorizations in other organizations of all tokens that a user has in the
    /// organization that the user leaves.
    END_ORG_AUTHORIZATIONS_OF = "DELETE FROM org_authorizations WHERE owner_id = $2 AND home_id = $1 AND credential_id IN
        (SELECT c.id FROM credentials c WHERE c.org_id = $1 AND c.owner_type = 'user' AND c.owner_id = $2)";

    /// The authorizations of one token that is transferred.
    END_ORG_AUTHORIZATIONS_OF_ONE = "DELETE FROM org_authorizations WHERE home_id = $1 AND credential_id IN
        (SELECT c.id FROM credentials c WHERE c.org_id = $1 AND c.id = $2)";

    /// For the verifier's snapshot.
    ORG_AUTHORIZATIONS = concat!("SELECT ", columns!(), " FROM org_authorizations a WHERE a.org_id = $1");
}
