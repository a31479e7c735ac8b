# The pages of an account: their frame.
account-nav = Account
account-menu = Menu:
account-nav-overview = Overview
account-nav-profile = Profile
account-nav-security = Security
account-nav-second-factor = Two-factor authentication
account-nav-passkeys = Passkeys
account-nav-sessions = Sessions
account-nav-connections = Connected apps
account-nav-tokens = Access tokens
account-nav-clients = My applications
account-nav-data = Export and deletion
account-nav-admin = Administration
account-back = Back to your account

# “Confirm it is you”.
confirm-title = Confirm it is you
confirm-lead = What comes next can change or end your account. Please enter your password once more; you are then not asked again for a few minutes.
confirm-password = Password
confirm-submit = Confirm
confirm-without-password = What comes next can change or end your account. Your account has no password, so please sign in once more.
confirm-sign-in-again = Sign in again
confirm-passkey = Confirm with a passkey
confirm-by-passkey = What comes next can change or end your account. Please confirm with your passkey, or sign in once more.
confirm-password-missing = Please enter your password.
confirm-password-wrong = This is not your password.
confirm-throttled = { $count ->
    [one] Too many attempts. Please try again in one second.
   *[other] Too many attempts. Please try again in { $count } seconds.
}
account-changed = Your account was changed elsewhere meanwhile. Please load the page again.
account-failed = Something went wrong on our side. Please try again.
pager-first = Back to the start
pager-next = More

# The overview.
overview-title = Your account
overview-unverified = Your e-mail address is not confirmed yet. Follow the link in the mail that was sent to you, or have it sent again.
overview-send-link = Send the link again
overview-standing = Your account at a glance
overview-weak = Your password alone opens your account. A passkey or a second factor keeps it safe even if somebody learns the password.
overview-username = Username
overview-email = E-mail address
overview-verified = Confirmed
overview-not-verified = Not confirmed
overview-factor-both = On: codes from an app, or by text message.
overview-factor-app = On: codes from an app.
overview-factor-sms = On: codes by text message.
overview-factor-off = Off.
overview-codes = { $count ->
    [0] No recovery code is left.
    [one] One recovery code is left.
   *[other] { $count } recovery codes are left.
}
overview-passkeys = { $count ->
    [0] None yet.
    [one] One passkey.
   *[other] { $count } passkeys.
}
overview-apps = { $count ->
    [0] None.
    [one] One app may use your account.
   *[other] { $count } apps may use your account.
}
overview-since = Member since
overview-sessions = Where you are signed in
overview-all-sessions = All sessions

# The profile.
profile-lead = Apps that you let in may see what you write here. Only your first name is needed.
profile-picture = Picture
profile-picture-file = Choose a picture
profile-picture-hint = JPEG, PNG, WebP or GIF, up to 5 MB. It is cut to a square.
profile-picture-submit = Upload
profile-picture-remove = Remove picture
profile-picture-elsewhere = An app set a picture that is kept elsewhere. It is not shown here.
profile-picture-missing = Please choose a file.
profile-picture-too-large = The file may not be larger than 5 MB.
profile-picture-done = Your picture was saved.
profile-picture-removed = Your picture was removed.
profile-details = About you
profile-first-name = First name
profile-last-name = Last name
profile-phone = Telephone
profile-phone-hint = With the code of its country, such as +381641234567.
profile-birthday = Birthday
profile-gender = Gender
profile-country = Country
profile-country-none = Not given
profile-address = Address
profile-bio = About yourself
profile-save = Save
profile-details-done = Your profile was saved.
profile-username-title = Sign-in name
profile-username-hint = Letters, digits, dots, dashes and underscores. You sign in with it or with your e-mail address.
profile-username-submit = Change username
profile-username-done = Your username was changed.
profile-language = Language
profile-locale = Language of these pages and of mails
profile-locale-browser = As each browser asks
profile-locale-hint = An app that you come from may ask for another one.
profile-locale-submit = Save language
profile-locale-done = Your language was saved.

# Password, e-mail address and the rest.
security-confirm = To change your password or your e-mail address, please first confirm that it is you.
security-confirm-link = Confirm it is you
security-password = Password
security-password-lead = A new password signs you out everywhere else, and ends the access of every app and access token.
security-password-none = Your account has no password yet.
security-new-password = New password
security-password-submit = Change password
security-password-done = Your password was changed. You were signed out everywhere else.
security-email = E-mail address
security-email-lead = A link goes to the new address. It is yours once you open that link; until then everything stays as it is. Your present address gets a notice.
security-new-email = New e-mail address
security-email-submit = Send the link
security-email-same = This is your e-mail address already.
security-email-done = A link is on its way to the new address. Open it to complete the change.
security-factor-link = Manage two-factor authentication and recovery codes
security-passkeys-lead = A passkey signs you in with your fingerprint, face or device PIN, and cannot be phished.
security-passkeys-link = Manage passkeys

# Export and deletion.
data-confirm = To download your data or delete your account, please first confirm that it is you.
data-export = Download your data
data-export-lead = A file with all that this server keeps of you: your profile, sessions, connected apps, tokens (without their secrets), applications and messages. It is in JSON, which other programs can read.
data-export-submit = Download
data-delete = Delete your account
data-delete-lead = When you delete your account:
data-delete-sessions = you are signed out everywhere, and apps and access tokens lose access at once;
data-delete-profile = your profile, picture, passkeys, second factors and messages are deleted;
data-delete-clients = applications that you registered stop working, for everybody who uses them;
data-delete-names = your username, e-mail address and telephone number are not given to anybody else.
data-delete-final = This cannot be undone.
data-confirmation = To confirm, type your username: { $username }
data-confirmation-wrong = This is not your username.
data-delete-submit = Delete my account for ever
data-last-admin = You are the only administrator who can sign in: make another one first.
data-gone = Your account is deleted
data-gone-text = You are signed out everywhere. Nothing of your account works any more.
data-gone-on = To the front page
