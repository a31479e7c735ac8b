# Signing in with a passkey.
passkeys-sign-in = Sign in with a passkey
passkeys-cancelled = No passkey was used: it was cancelled, it took too long, or there is none for this site on this device. Please try again, or use another way.
passkeys-failed = That did not work. Please try again, or use another way.
passkeys-unknown = This passkey does not sign in here. Try another one, or sign in another way.
passkeys-late = That took too long. Please try again.
passkeys-throttled = Too many attempts. Please try again in a few minutes.

# The page of one's passkeys.
passkeys-title = Passkeys
passkeys-lead = A passkey signs you in with your fingerprint, your face or the PIN of your device, and replaces both the password and the second factor. Nobody can guess it, and it works on this site only.
passkeys-none = You have no passkey yet.
passkeys-since = Added on { $date }.
passkeys-used = Last used on { $date }.
passkeys-unused = Not used yet.
passkeys-rename = Rename
passkeys-name = Name of the passkey
passkeys-save = Save the name
passkeys-remove = Remove { $name }

# Adding one.
passkeys-add-title = Add a passkey
passkeys-add-lead = Your browser asks you where to keep it: on this device, on your telephone, on a security key or in a password manager.
passkeys-add = Add a passkey
passkeys-name-optional = Name (optional)
passkeys-name-hint = So that you know it again. Without one it is named after this browser.
passkeys-unsupported = Adding a passkey takes JavaScript and a browser that knows passkeys.
passkeys-unavailable = Passkeys cannot be used at this address: it takes a server with a name.
passkeys-full = You have as many passkeys as one may have. Remove one first.
passkeys-known = This passkey is already known here.

# What was done, or was not.
passkeys-added = The passkey was added.
passkeys-renamed = The passkey has a new name.
passkeys-removed = The passkey was removed. Remove it on your device too.
passkeys-last = This passkey is your only way in. Add another one, or set a password first.
passkeys-changed = Your account has changed meanwhile. Please sign in again.
passkeys-confirm = Please confirm first that it is you.
passkeys-signed-out = You are no longer signed in. Please sign in again.
