//! The codes of flaws: the member `code` of each of the `errors` of a problem.
//!
//! Owns the table, and how a code of another release is read.

use super::codes;
use serde::{Deserialize, Deserializer};

codes! {
    /// What is wrong with one value of a request.
    FlawCode {
        Required = "required", "A value is missing. Send it.";
        UnknownField = "unknown_field", "The body has a field that doesn't exist. Remove it, or correct its name.";
        DuplicateField = "duplicate_field", "A member of the body occurs twice. Send it once.";
        InvalidType = "invalid_type",
            "The value has the wrong JSON type or size, or is not one of the named values. `detail` says what to send.";
        InvalidValue = "invalid_value", "The value of a filter is not allowed. `detail` names what is.";
        InvalidCharacters = "invalid_characters",
            "The text has control characters or text-direction controls. Remove them.";
        OutOfRange = "out_of_range", "The number is too small or too large. `detail` has the bounds.";
        NotANumber = "not_a_number", "The value is not a whole number. Write one, or leave the field empty.";
        NotAllowed = "not_allowed", "This field can't be used with this action. Leave it out.";
        TooLong = "too_long", "The text is too long. `detail` has the maximum.";
        TooMany = "too_many", "There are too many values. `detail` has the maximum.";
        LimitReached = "limit_reached",
            "The organization has reached a limit. Remove something, or ask the operator of the server to raise the limit.";
        MalformedJson = "malformed_json",
            "The document is not valid JSON. Correct it at the line and column that `detail` names.";
        InvalidCursor = "invalid_cursor", "The cursor doesn't belong to this list. Start again without one.";
        InvalidIdempotencyKey = "invalid_idempotency_key",
            "The `Idempotency-Key` is not 1 to 255 printable ASCII characters without spaces. Use a UUID.";
        IdempotencyKeyReused = "idempotency_key_reused",
            "This `Idempotency-Key` was used with another body. Use a new key for a new request.";
        AmbiguousTarget = "ambiguous_target", "The request names both ids and a filter, or neither. Send one of them.";
        ConfirmationRequired = "confirmation_required",
            "The action needs a confirmation. Type the word that `detail` names.";
        NameDoesNotMatch = "name_does_not_match",
            "The typed name is not the name of the credential. Type it exactly as shown.";
        InvalidTime = "invalid_time", "The value is not a time. Use RFC 3339, such as `2027-01-31T09:00:00Z`.";
        InvalidPeriod = "invalid_period", "The period of the quota is unknown. Choose a day or a month.";
        InPast = "in_past", "The end of the exception is in the past. Choose a time in the future.";
        TooLate = "too_late", "An exception lasts at most a year. Choose an earlier end, or change the policy.";
        AmbiguousLifetime = "ambiguous_lifetime",
            "There is more than one expiry. Send only one of `expires_in`, `expires_at` and `never_expires`.";
        AcknowledgementRequired = "acknowledgement_required",
            "The credential would never expire. Send `acknowledge_no_expiry` to accept that.";
        LifetimeInPast = "lifetime_in_past", "The credential would expire in the past. Choose a time in the future.";
        LifetimeTooLong = "lifetime_too_long", "The lifetime is longer than ten years. Choose an earlier end.";
        LifetimeExceedsIssuer = "lifetime_exceeds_issuer",
            "A credential can't create one that outlives it. Choose an earlier end, or omit it.";
        PolicyMustExpire = "policy_must_expire",
            "The organization's policy requires an expiry. Send `expires_in` or `expires_at`.";
        PolicyMaxLifetime = "policy_max_lifetime",
            "The organization's policy doesn't allow this lifetime. Choose an earlier end.";
        PolicyForbidsAll = "policy_forbids_all",
            "The organization's policy doesn't allow the scope `all`. Choose the scopes you need.";
        JustificationRequired = "justification_required",
            "The organization approves new credentials. Say in `justification` what this one is for.";
        InvalidScope = "invalid_scope",
            "The text is not a scope. Use printable ASCII without spaces, quotes and backslashes.";
        UnknownScope = "unknown_scope",
            "No API of the organization defines this scope. Define it first, or correct its name.";
        ScopeNotAllowed = "scope_not_allowed",
            "This kind of credential can't have the scope `all`. Choose the scopes you need.";
        TooManyScopes = "too_many_scopes", "There are too many scopes. `detail` has the maximum.";
        NotRequested = "not_requested",
            "An approval can't grant a scope that was not requested. Approve the requested scopes, or fewer.";
        InvalidResource = "invalid_resource",
            "The text is not a resource. Write it as `type:id`, such as `project:prj_a`.";
        UnknownResource = "unknown_resource", "The organization has nothing of this name. Correct the name.";
        InvalidNetwork = "invalid_network", "The text is not a network or an address. `detail` says how to write it.";
        InvalidIp = "invalid_ip", "The text is not an IP address. Write it as `203.0.113.7` or `2001:db8::1`.";
        InvalidMetadata = "invalid_metadata",
            "A note has a name or a value that is not allowed. `detail` says what is.";
        UnknownOrganization = "unknown_organization",
            "The request names another organization than the one you act in. Name that one, or omit it.";
        UnknownAudience = "unknown_audience",
            "No API of the organization has this audience. Define the API first, or correct the audience.";
        UnknownCredential = "unknown_credential", "The organization has no credential with this id. Correct the id.";
        UnknownServiceAccount = "unknown_service_account",
            "The organization has no service account with this id. Correct the id.";
        UnknownOperation = "unknown_operation",
            "No API of the organization has this operation. `GET /v1/operations` lists those that exist.";
        UnknownRole = "unknown_role",
            "The role doesn't exist, or can't be used here. Use one of the organization's roles.";
        UnknownReach = "unknown_reach", "The reach of the role is unknown. `detail` names the values.";
        InvalidJwks = "invalid_jwks",
            "The value is not a JWK set with 1 to 10 public keys. Send an object whose member `keys` lists them.";
        InvalidJwk = "invalid_jwk",
            "The value is not a usable public key. Send EC P-256, Ed25519, or RSA of 2048 to 4096 bits.";
        PrivateKey = "private_key",
            "The key is private. Treat it as leaked: create a new pair and send only the public half.";
        WeakKey = "weak_key", "The RSA key is weak. Use 2048 to 4096 bits and the exponent 65537.";
        DuplicateKey = "duplicate_key", "The key, or another one with its `kid`, is already there. Send each key once.";
        InvalidAudience = "invalid_audience",
            "The audience is not an absolute URI in its plain form. Use one such as `https://api.example.com`.";
        AudienceTaken = "audience_taken", "Another API has this audience. Choose a URI below a domain of your own.";
        ScopeReserved = "scope_reserved", "The scope belongs to Mintmark's own API. Choose another name.";
        ScopeTaken = "scope_taken", "The API already has a scope of this name. Choose another name.";
        OperationTaken = "operation_taken", "The API already has an operation with this id. Choose another id.";
        InvalidOperationId = "invalid_operation_id",
            "The id of the operation is not valid. Name it like `contacts.create`.";
        InvalidMethod = "invalid_method", "The value is not an HTTP method. Use one such as `GET` or `POST`.";
        InvalidPath = "invalid_path", "The value is not a path. Write one such as `/contacts/{id}`.";
        InvalidResourceType = "invalid_resource_type",
            "The value is not a type of resource. Name one such as `project`.";
        InvalidUserContext = "invalid_user_context",
            "`x-mintmark-user-context` has an unknown value. Use `required`, `optional` or `forbidden`.";
        InvalidOpenapi = "invalid_openapi",
            "The document is not an OpenAPI 3 document that can be imported. `detail` says what to change.";
        UnsupportedMethod = "unsupported_method",
            "An operation with the method `TRACE` can't be imported. Leave it out.";
        UnsupportedReference = "unsupported_reference",
            "References in the document are not followed. Write out what this one points at.";
        UnsupportedSecurity = "unsupported_security",
            "The security of the operation can't be imported. Require one of several scopes, or several at once.";
        DuplicateOperation = "duplicate_operation",
            "Two operations of the document have the same `operationId`. Give each its own.";
        OperationDiffers = "operation_differs",
            "The API has this operation with another method, path or rule. Remove it there, then import again.";
        NothingToForbid = "nothing_to_forbid",
            "Only personal access tokens can have the scope `all`, so there is nothing to forbid. Omit the rule.";
        LocksEverybodyOut = "locks_everybody_out",
            "Owners are not among those who may create these credentials, so nobody could. Add owners.";
        InvalidGraceDays = "invalid_grace_days",
            "The grace period is not 0 to 30 days. Choose a number of days in this range.";
        GraceTooLong = "grace_too_long",
            "Tokens work for at most 30 days after their owner has left. Choose an earlier end.";
        RoleNameReserved = "role_name_reserved", "Every organization has a role of this name. Choose another name.";
        RoleNameTaken = "role_name_taken", "The organization already has a role of this name. Choose another name.";
        AllNotAllowed = "all_not_allowed", "A role can't have the scope `all`. Choose its scopes.";
        NeedsEveryone = "needs_everyone",
            "The scope is about more than one's own credentials. Let the role reach everyone's, or remove the scope.";
        InvalidEmail = "invalid_email", "The value is not an email address. Write one such as `ada@example.com`.";
        EmailTaken = "email_taken", "An account with this address exists. Sign in, or use another address.";
        AlreadyMember = "already_member",
            "This person is already a member of the organization. There is nothing to do.";
        AlreadyInvited = "already_invited", "This person already has an invitation. Withdraw it to send another one.";
        InvalidSlug = "invalid_slug",
            "The slug is not valid. Use 1 to 40 lowercase letters, digits and hyphens, with no hyphen at either end.";
        SlugTaken = "slug_taken", "An organization with this slug exists. Choose another slug.";
        PasswordTooShort = "password_too_short", "The password is too short. `detail` has the minimum.";
        PasswordTooLong = "password_too_long", "The password is too long. `detail` has the maximum.";
        PasswordTooCommon = "password_too_common", "The password is on lists of common passwords. Choose another one.";
        InvalidBrand = "invalid_brand",
            "The brand of secrets is not 2 to 16 lowercase letters and digits, starting with a letter. Choose another one.";
    }
}

/// Browsers keep the code of an older release for a while. They still show the sentence of a flaw with a newer code.
impl<'de> Deserialize<'de> for FlawCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self::ALL.into_iter().find(|code| code.as_str() == text).unwrap_or(Self::InvalidValue))
    }
}
