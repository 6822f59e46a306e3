//! Every page and its path. Pages are rendered completely before the first byte is sent, so they are complete without
//! script.

use crate::pages::{
    ApiPage, ApisPage, ApprovalsPage, AuditPage, BulkPage, ChooserPage, CredentialListPage, CredentialPage, DocsPage,
    EmergencyRotationPage, FindCredentialPage, GuidePage, GuidesPage, Home, InventoryPage, InvitationPage, MemberPage,
    MembersPage, NewApiPage, NewCredentialPage, NewOfKindPage, NewOrgPage, NewRolePage, NewServiceAccountPage,
    NotFound, OffboardingPage, OrgAuthorizationsPage, OverviewPage, PoliciesPage, PolicyPage, ReferenceGroupPage,
    ReferencePage, RevokeCredentialPage, RolePage, RolesPage, RollCredentialPage, ServiceAccountPage,
    ServiceAccountsPage, SessionsPage, SignInPage, SignUpPage, SigningKeysPage, VerdictsPage, VerificationPage,
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens") view=CredentialListPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/new") view=NewCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/:id") view=CredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/:id/roll") view=RollCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/tokens/:id/revoke") view=RevokeCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/new") view=NewOfKindPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/sessions") view=SessionsPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/orgs/new") view=NewOrgPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/tokens/:id") view=CredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/tokens/:id/roll") view=RollCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/tokens/:id/revoke") view=RevokeCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/api-keys") view=CredentialListPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/api-keys/new") view=NewCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/api-keys/:id") view=CredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/api-keys/:id/roll") view=RollCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/api-keys/:id/revoke") view=RevokeCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/clients") view=CredentialListPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/clients/new") view=NewCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/clients/:id") view=CredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/clients/:id/roll") view=RollCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/clients/:id/revoke") view=RevokeCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/settings/new-credential") view=ChooserPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/overview") view=OverviewPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/credentials") view=InventoryPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/credentials/find") view=FindCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/credentials/bulk") view=BulkPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/members") view=MembersPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/members/:id") view=MemberPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/roles") view=RolesPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/roles/new") view=NewRolePage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/roles/:id") view=RolePage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/offboarding") view=OffboardingPage ssr=SsrMode::Async/>
                <Route path=path!("/invitations/:id/:key") view=InvitationPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/organization-authorizations") view=OrgAuthorizationsPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/approvals") view=ApprovalsPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/policies") view=PoliciesPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/policies/:kind") view=PolicyPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/service-accounts") view=ServiceAccountsPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/service-accounts/new") view=NewServiceAccountPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/service-accounts/:account") view=ServiceAccountPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/service-accounts/:account/tokens/new") view=NewCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/service-accounts/:account/tokens/:id") view=CredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/service-accounts/:account/tokens/:id/roll") view=RollCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/service-accounts/:account/tokens/:id/revoke") view=RevokeCredentialPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/apis") view=ApisPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/apis/new") view=NewApiPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/apis/:id") view=ApiPage ssr=SsrMode::Async/>
                <Route path=path!("/orgs/:slug/audit") view=AuditPage ssr=SsrMode::Async/>
                <Route path=path!("/docs") view=DocsPage ssr=SsrMode::Async/>
                <Route path=path!("/docs/verification") view=VerificationPage ssr=SsrMode::Async/>
                <Route path=path!("/docs/verdicts") view=VerdictsPage ssr=SsrMode::Async/>
                <Route path=path!("/docs/api") view=ReferencePage ssr=SsrMode::Async/>
                <Route path=path!("/docs/api/:group") view=ReferenceGroupPage ssr=SsrMode::Async/>
                <Route path=path!("/docs/guides") view=GuidesPage ssr=SsrMode::Async/>
                <Route path=path!("/docs/:guide") view=GuidePage ssr=SsrMode::Async/>
                <Route path=path!("/platform/signing-keys") view=SigningKeysPage ssr=SsrMode::Async/>
                <Route path=path!("/platform/signing-keys/emergency") view=EmergencyRotationPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
    .into_any()
}
