mail-hello = Hello,
mail-hello-name = Hello { $name },
mail-unknown = unknown
mail-button = If the button does nothing, open this address:
mail-once = The link works once.
mail-nothing-to-do = If this was you, there is nothing to do.
mail-new-password = Choose a new password
mail-reset-subject = Choose a new password for { $product }
mail-reset-text = Someone, hopefully you, asked to choose a new password for your { $product } account. To do so, open this link within { $lifetime }:
mail-reset-once = The link works once. A new password signs you out everywhere else.
mail-reset-not-you = If this was not you, do nothing: your password stays as it is.
mail-otp-subject = Your one-time password for { $product }
mail-otp-text = Your one-time password for { $product } is:
mail-otp-works = It works once, within { $lifetime }. Tell it to nobody: no one from { $product } will ever ask you for it.
mail-otp-not-you = If you did not ask for it, do nothing: your account stays as it is.
mail-password-subject = Your { $product } password was changed
mail-password-text = The password of your { $product } account was changed on { $when }. Whoever was signed in with the old one is signed out.
mail-password-passkeys = { $count ->
    [one] One passkey still signs in to your account without the password. Please look whether it is yours, and remove it if not:
   *[other] { $count } passkeys still sign in to your account without the password. Please look whether each of them is yours, and remove those that are not:
}
mail-password-not-you = If it was not you, choose a new password at once:
mail-verification-subject = Confirm your e-mail address for { $product }
mail-verification-text = Someone, hopefully you, made a { $product } account with this e-mail address. To confirm that the address is yours, open this link within { $lifetime }:
mail-verification-button = Confirm the address
mail-verification-not-you = If this was not you, do nothing: the address stays unconfirmed.
mail-registered-subject = You already have an account at { $product }
mail-registered-text = Someone, hopefully you, tried to make a { $product } account with this e-mail address. You have one already, so none was made.
mail-registered-sign-in = If this was you, sign in:
mail-registered-forgot = or, if you forgot your password, choose a new one:
mail-registered-not-you = If this was not you, do nothing: your account stays as it is.
mail-change-subject = Confirm your new e-mail address for { $product }
mail-change-text = Someone, hopefully you, asked to use this e-mail address for a { $product } account. To do so, open this link within { $lifetime }:
mail-change-button = Use this address
mail-change-not-you = If this was not you, do nothing: the address is not used.
mail-change-notice-subject = A new e-mail address for { $product } was asked for
mail-change-notice-text = Someone, hopefully you, asked to change the e-mail address of your { $product } account to { $email }. It changes when the link that was sent to the new address is opened. Until then this one stays.
mail-change-notice-not-you = If it was not you, somebody may know your password. Choose a new one at once:
mail-changed-subject = Your e-mail address for { $product } was changed
mail-changed-text = The e-mail address of your { $product } account was changed to { $email } on { $when }. Mails about the account no longer come here.
mail-changed-not-you = If it was not you, ask the people who run { $product } for help at once: whoever holds the new address can choose a new password.
mail-sign-in-subject = A new sign-in to { $product }
mail-sign-in-text = Someone signed in to your { $product } account from a device that was not seen before:
mail-sign-in-when = When
mail-sign-in-browser = Browser
mail-sign-in-system = System
mail-sign-in-address = Address
mail-sign-in-not-you = If it was not you, somebody may know your password. Choose a new one at once; that signs everybody out:
mail-second-factor-subject = The two-factor authentication of your { $product } account was changed
mail-second-factor-text = The two-factor authentication of your { $product } account was changed:
mail-second-factor-app = Codes from an authenticator app were turned on.
mail-second-factor-messages = Codes by text message were turned on.
mail-second-factor-one-off = One of your two ways to receive codes was turned off.
mail-second-factor-off = It was turned off.
mail-second-factor-not-you = If it was not you, choose a new password at once, and tell the people who run { $product }:
mail-passkey-subject = The passkeys of your { $product } account were changed
mail-passkey-text = The passkeys of your { $product } account were changed:
mail-passkey-added = A passkey was added: it signs in without your password.
mail-passkey-removed = A passkey was removed.
mail-passkeys-removed = Your passkeys were removed.
mail-passkey-not-you = Then remove every passkey that is not yours, for a new password does not stop it, and tell the people who run { $product }:
mail-passkey-button = See your passkeys
mail-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
mail-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
mail-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
