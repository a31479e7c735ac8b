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
