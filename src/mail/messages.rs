//! The mails, one struct each, with a template for the text and one for the page.

mod email;
mod passkey;
mod password;
mod registration;
mod second_factor;
mod sign_in;

pub use email::{EmailChange, EmailChangeNotice, EmailChanged};
pub use passkey::PasskeyChanged;
pub use password::{OneTimePassword, PasswordChanged, PasswordResetLink};
pub use registration::{AlreadyRegistered, EmailVerification};
pub use second_factor::SecondFactorChanged;
pub use sign_in::NewSignIn;

use super::Mail;

/// Makes a struct with `product` and `name` a [`Mail`]: its kind, its subject (what stands before the product's name),
/// its templates.
macro_rules! mail {
    ($mail:ident, $kind:literal, $subject:literal, $text:tt, $html:tt) => {
        const _: () = {
            use askama::Template as _;

            use $crate::mail::Mail as _;

            #[derive(askama::Template)]
            #[template(path = $text)]
            struct Text<'a> {
                mail: &'a $mail,
            }

            #[derive(askama::Template)]
            #[template(path = $html)]
            struct Html<'a> {
                mail: &'a $mail,
            }

            impl $crate::mail::Mail for $mail {
                fn kind(&self) -> &'static str {
                    $kind
                }

                fn subject(&self) -> String {
                    $crate::mail::words::one_line(&format!($subject, self.product))
                }

                fn text(&self) -> Result<String, askama::Error> {
                    Text { mail: self }.render()
                }

                fn html(&self) -> Result<String, askama::Error> {
                    Html { mail: self }.render()
                }
            }

            impl $mail {
                fn greeting(&self) -> String {
                    $crate::mail::words::greeting(&self.name)
                }
            }
        };
    };
}
use mail;

/// Every mail with realistic data.
fn all() -> Vec<Box<dyn Mail>> {
    vec![
        Box::new(PasswordResetLink::sample()),
        Box::new(OneTimePassword::sample()),
        Box::new(PasswordChanged::sample()),
        Box::new(EmailVerification::sample()),
        Box::new(AlreadyRegistered::sample()),
        Box::new(EmailChange::sample()),
        Box::new(EmailChangeNotice::sample()),
        Box::new(EmailChanged::sample()),
        Box::new(NewSignIn::sample()),
        Box::new(SecondFactorChanged::sample()),
        Box::new(PasskeyChanged::sample()),
    ]
}

/// Renders every sample: its name with the text, once as `.txt` and once as `.html`.
///
/// # Errors
/// When a template fails to render.
pub fn samples() -> Result<Vec<(String, String)>, askama::Error> {
    let mut rendered = Vec::new();
    for mail in all() {
        rendered.push((format!("mail/{}.txt", mail.kind()), mail.text()?));
        rendered.push((format!("mail/{}.html", mail.kind()), mail.html()?));
    }
    Ok(rendered)
}

#[cfg(test)]
mod tests;
