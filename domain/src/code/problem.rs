//! The codes of errors: the member `code` of a problem (RFC 9457).
//!
//! Owns the table and the statuses of each code. If a request has one flaw, the problem has the code of the flaw:
//! see [`super::FlawCode`].

use super::codes;

/// Adds a column to [`codes`]: the HTTP statuses that a code comes with, the usual one first.
macro_rules! problem_codes {
    (
        $(#[$about:meta])*
        $name:ident { $($variant:ident = $text:literal, [$usual:literal $(, $other:literal)*], $explanation:literal;)+ }
    ) => {
        codes! {
            $(#[$about])*
            $name { $($variant = $text, $explanation;)+ }
        }

        impl $name {
            /// Returns the HTTP status that the code usually comes with.
            pub fn usual_status(self) -> u16 {
                match self {
                    $(Self::$variant => $usual,)+
                }
            }

            /// Returns all HTTP statuses that the code comes with, the usual one first.
            pub fn statuses(self) -> &'static [u16] {
                match self {
                    $(Self::$variant => &[$usual $(, $other)*],)+
                }
            }
        }
    };
}

problem_codes! {
    /// Why a request failed.
    ProblemCode {
        InvalidRequest = "invalid_request", [400, 403],
            "The request can't be read, or a proxy asks forward-auth with a parameter that can't be read. `detail` names what to correct.";
        MalformedJson = "malformed_json", [400],
            "The body is not valid JSON. Correct it at the line and column that `detail` names.";
        CredentialNotAccepted = "credential_not_accepted", [400],
            "Pages are for people who are signed in. Present credentials to `/v1` only.";
        CredentialRequired = "credential_required", [401, 403],
            "No credential was presented, or an access token was presented where only the credential itself may act. Present the credential.";
        InvalidToken = "invalid_token", [401],
            "The presented credential is malformed, unknown, expired, disabled or revoked. `detail` says what to do.";
        InsufficientScope = "insufficient_scope", [403],
            "The credential lacks a scope, named in `missing_scopes`. Add it, or use another credential.";
        UserContextRequired = "user_context_required", [403],
            "The request acts for a person, and the credential represents none. Use a personal access token, or sign in.";
        IpNotAllowed = "ip_not_allowed", [403],
            "The credential can't be used from this address. Call from a network of its IP allowlist and of the policy.";
        NotTheOwner = "not_the_owner", [403],
            "Only its owner can roll or widen a personal access token. Others can narrow, disable or revoke it.";
        ReachBeyondOwn = "reach_beyond_own", [403],
            "The request reaches everyone's credentials, and your role only your own. Ask an admin.";
        FormerMember = "former_member", [403],
            "The owner of the token has left the organization, so the token can't create or widen credentials. Use another credential.";
        EnvironmentExceedsIssuer = "environment_exceeds_issuer", [403],
            "A test credential can't create or widen a live one. Use a live credential or the browser.";
        ResourceNotInScope = "resource_not_in_scope", [403],
            "Your credential is limited to resources. Limit the new one to the same resources, or to some of them.";
        IpAllowlistExceedsIssuer = "ip_allowlist_exceeds_issuer", [403],
            "Your credential has an IP allowlist. Give the new one the same networks, or some of them.";
        RateLimitExceedsIssuer = "rate_limit_exceeds_issuer", [403],
            "Your credential has a rate limit. Give the new one the same limit or a lower one.";
        QuotaExceedsIssuer = "quota_exceeds_issuer", [403],
            "Your credential has a quota. Give the new one the same quota or a lower one.";
        LifetimeExceedsIssuer = "lifetime_exceeds_issuer", [403],
            "A credential can't create or widen one that outlives it. Use a credential that lives as long, or the browser.";
        PolicyCreatorNotAllowed = "policy_creator_not_allowed", [403],
            "The organization's policy doesn't let your role create these. Ask an admin.";
        OwnRequest = "own_request", [403], "You made this request yourself. Ask someone else to decide on it.";
        OwnerConfirmationRequired = "owner_confirmation_required", [403],
            "The owner of the token left the organization and came back. Only the owner can confirm the token, signed in.";
        DisabledByOwner = "disabled_by_owner", [403], "The owner disabled this token. Only the owner can enable it.";
        DisabledByAnother = "disabled_by_another", [403],
            "Someone else disabled your token. Ask an owner or admin to enable it, or create another.";
        OwnersOnly = "owners_only", [403], "Only owners make owners, change their roles or remove them. Ask an owner.";
        AdminsOnly = "admins_only", [403], "Only owners and admins make someone an admin. Ask one of them.";
        MemberHoldsMore = "member_holds_more", [403],
            "This member may do more than you. Ask someone who may do as much to change or remove them.";
        SignUpClosed = "sign_up_closed", [403], "Nobody can create an account on this server. Ask its operator.";
        InvitationRequired = "invitation_required", [403],
            "Only invited people can create an account. Use the address to which the invitation was sent.";
        OrganizationRequired = "organization_required", [403],
            "The proxy names no organization to forward-auth. Let it ask at `/v1/forward-auth/orgs/{organization}`.";
        CrossSiteRequest = "cross_site_request", [403],
            "The request did not come from a page of this site, so nothing was done. Open the page and try again.";
        NotFound = "not_found", [404],
            "The object doesn't exist, or you can't see it. Check the address, the organization and your credential.";
        MethodNotAllowed = "method_not_allowed", [405],
            "This address doesn't support the method. Use one that `Allow` names.";
        BodyIncomplete = "body_incomplete", [408],
            "The body did not arrive completely, or not in time. Send the request again.";
        IdempotencyInFlight = "idempotency_in_flight", [409],
            "The first request with this `Idempotency-Key` is still running. Try again in a moment.";
        CredentialEnded = "credential_ended", [409],
            "The credential is revoked or expired and can't be changed. Create another one.";
        CredentialNotActive = "credential_not_active", [409],
            "Only a working credential can be rolled. Enable it first, or create another one.";
        PendingApproval = "pending_approval", [409],
            "The credential waits for approval and can't be changed. Revoke it and request another one.";
        ApprovalNeeded = "approval_needed", [409],
            "The organization approves what credentials may do, and this one was not approved for more. Create another one for that.";
        AlreadyDecided = "already_decided", [409],
            "The request is no longer pending: it was decided or withdrawn. Read its current state.";
        TooManyLiveSecrets = "too_many_live_secrets", [409],
            "The credential has as many live secrets as its kind allows. Finish or cancel the last roll first.";
        NoRollPending = "no_roll_pending", [409],
            "There is no roll to finish or cancel: it was finished, canceled or already used. Read the credential again.";
        NoSecret = "no_secret", [409],
            "The client authenticates with its own keys and has no secret. Replace the keys instead.";
        NoKeys = "no_keys", [409], "The client authenticates with its secret and has no keys. Roll the secret instead.";
        LastKey = "last_key", [409], "This is the only key of the client. Add its successor first.";
        TooManyKeys = "too_many_keys", [409], "The client has as many keys as it can have. Remove one first.";
        ClientNotLive = "client_not_live", [409],
            "Only a working client gets access tokens. Enable it, or create another one.";
        KindNotTransferable = "kind_not_transferable", [409],
            "Only personal access tokens can be transferred. API keys and clients already belong to the organization.";
        AlreadyTransferred = "already_transferred", [409],
            "The token already belongs to this service account. There is nothing to do.";
        AtHome = "at_home", [409], "The token was created in this organization and works there without authorization.";
        PolicyMustExpire = "policy_must_expire", [409],
            "The policy of that organization requires an expiry, and the token has none. Create one that expires.";
        PolicyMaxLifetime = "policy_max_lifetime", [409],
            "The policy of that organization doesn't allow a token to live this long. Create one that expires sooner.";
        PolicyForbidsAll = "policy_forbids_all", [409],
            "The policy of that organization doesn't allow the scope `all`. Give the token only the scopes it needs.";
        PolicyIdle = "policy_idle", [409],
            "The policy of that organization doesn't allow tokens that were unused for so long. Use the token, then try again.";
        OwnCredentialAffected = "own_credential_affected", [409],
            "The policy blocks the calling credential at once. Give a notice period, or send `acknowledge_own_credential`.";
        NotConfirmed = "not_confirmed", [409],
            "The change affects another number of credentials than you confirmed. Look at the preview, then send `confirm_affected`.";
        ScopeInUse = "scope_in_use", [409], "An operation still names the scope. Remove the operation first.";
        PlatformApi = "platform_api", [409],
            "The API belongs to the platform. Ask the operator of the server to change it.";
        RoleInUse = "role_in_use", [409],
            "The role is still assigned. Give its holders another role first, as `detail` describes.";
        TooManyRoles = "too_many_roles", [409],
            "The organization has as many custom roles as it can have. Delete an unused one first.";
        LastOwner = "last_owner", [409], "An organization needs an owner. Make someone else an owner first.";
        OnlyOrganization = "only_organization", [409],
            "This is your only organization. Create or join another one before you leave it.";
        NoOrganization = "no_organization", [409],
            "Your account belongs to no organization anymore. Ask an owner to invite you.";
        AlreadyMember = "already_member", [409],
            "You are already a member of this organization. There is nothing to accept.";
        InvitationForAnother = "invitation_for_another", [409],
            "The invitation is for another email address. Sign in with the account that has it.";
        InvitationOver = "invitation_over", [409],
            "The invitation was used, withdrawn or has expired, or its sender can't invite you anymore. Ask for a new one.";
        AddressNotProved = "address_not_proved", [409],
            "The invitation was sent by mail. Follow the link in that mail, which proves that the address is yours.";
        RotationUnderWay = "rotation_under_way", [409],
            "A new signing key is already published and takes over soon. Wait for it, or rotate in an emergency.";
        NothingToRotate = "nothing_to_rotate", [409],
            "There are no signing keys yet, because nobody has signed up. Sign up first.";
        NoPlatform = "no_platform", [409],
            "There is no organization yet. The first one becomes the platform organization.";
        NoSuchOrganization = "no_such_organization", [409],
            "No organization has this id or slug. Check what you typed.";
        AlreadyPlatform = "already_platform", [409],
            "This organization is already the platform organization. There is nothing to do.";
        TransferredMeanwhile = "transferred_meanwhile", [409],
            "Someone else transferred the platform in the meantime. Look again, then repeat the command.";
        PreconditionFailed = "precondition_failed", [412],
            "The object has changed since you read it. Read it again and repeat the change with its new `ETag`.";
        BodyTooLarge = "body_too_large", [413],
            "The body is larger than this route accepts. Send at most 64 KiB, or 2 MiB for an import.";
        UnsupportedMediaType = "unsupported_media_type", [415],
            "The body has another type or coding than the route accepts. Send JSON in UTF-8, not encoded.";
        InvalidFields = "invalid_fields", [422],
            "Several fields are not valid. `errors` names each; a single flaw has its own code here.";
        RateLimited = "rate_limited", [429], "There were too many requests. Wait `Retry-After` seconds.";
        QuotaExceeded = "quota_exceeded", [429],
            "The quota of the credential is used up. Wait until its next day or month begins.";
        InternalError = "internal_error", [500],
            "Something failed on the server. Report the request id to the operator.";
        TransferCodingUnknown = "transfer_coding_unknown", [501],
            "The body has a transfer coding that the server doesn't know. Use `Content-Length` or `chunked`.";
        Unavailable = "unavailable", [503],
            "The server can't answer now. Try again after `Retry-After` seconds, and never treat this as a yes.";
        ClockOff = "clock_off", [503],
            "The clock of this node differs too much from the database's. Set the clock; no restart is needed.";
    }
}
