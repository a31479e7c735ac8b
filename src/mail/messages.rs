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
use crate::core::text::Language;

/// Makes a struct with `language`, `product` and `name` a [`Mail`]: its kind, the message that is its subject. Its
/// `write` adds the parts.
macro_rules! mail {
    ($mail:ident, $kind:literal, $subject:literal) => {
        impl $mail {
            fn letter(&self) -> $crate::mail::letter::Letter {
                self.write($crate::mail::letter::Letter::new(self.language, &self.product, &self.name, $subject))
            }
        }

        impl $crate::mail::Mail for $mail {
            fn kind(&self) -> &'static str {
                $kind
            }

            fn subject(&self) -> String {
                self.letter().subject()
            }

            fn text(&self) -> String {
                self.letter().text()
            }

            fn html(&self) -> Result<String, askama::Error> {
                self.letter().html()
            }
        }
    };
}
use mail;

/// Every mail with realistic data, in a language.
fn all(language: Language) -> Vec<Box<dyn Mail>> {
    vec![
        Box::new(PasswordResetLink::sample(language)),
        Box::new(OneTimePassword::sample(language)),
        Box::new(PasswordChanged::sample(language)),
        Box::new(EmailVerification::sample(language)),
        Box::new(AlreadyRegistered::sample(language)),
        Box::new(EmailChange::sample(language)),
        Box::new(EmailChangeNotice::sample(language)),
        Box::new(EmailChanged::sample(language)),
        Box::new(NewSignIn::sample(language)),
        Box::new(PasskeyChanged::sample(language)),
        Box::new(SecondFactorChanged::sample(language)),
    ]
}

/// Renders every sample in a language: its name with the text, once as `.txt` and once as `.html`.
///
/// # Errors
/// When a template fails to render.
pub fn samples(language: Language) -> Result<Vec<(String, String)>, askama::Error> {
    let mut rendered = Vec::new();
    for mail in all(language) {
        rendered.push((format!("mail/{}.txt", mail.kind()), mail.text()));
        rendered.push((format!("mail/{}.html", mail.kind()), mail.html()?));
    }
    Ok(rendered)
}

#[cfg(test)]
mod tests;
