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
account-sign-out = Sign out
account-back = Back to your account

# “Confirm it is you”.
confirm-title = Confirm it is you
confirm-lead = What comes next can change or end your account. Please enter your password once more; you are then not asked again for a few minutes.
confirm-password = Password
confirm-submit = Confirm
confirm-without-password = What comes next can change or end your account. Your account has no password, so please sign in once more.
confirm-sign-in-again = Sign in again
confirm-password-missing = Please enter your password.
confirm-password-wrong = This is not your password.
confirm-throttled = { $count ->
    [one] Too many attempts. Please try again in one second.
   *[other] Too many attempts. Please try again in { $count } seconds.
}
