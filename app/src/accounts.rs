//! Signing up, signing in and out, and what is remembered of a person between pages: organization and theme.
//!
//! Owns those forms and their server functions. Must never keep a password after passing it to `service`.

mod server_fns;

#[cfg(feature = "ssr")]
mod sign_in_form;
#[cfg(feature = "ssr")]
mod sign_up_form;

pub use self::server_fns::{
    CreateOrg, SetTheme, SignIn, SignOut, SignUp, SwitchOrg, create_org, set_theme, sign_in, sign_out, sign_up,
    switch_org,
};

#[cfg(feature = "ssr")]
pub(crate) use self::{sign_in_form::SignInForm, sign_up_form::SignUpForm};
