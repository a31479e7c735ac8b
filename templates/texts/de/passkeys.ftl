# Signing in with a passkey.
passkeys-sign-in = Mit einem Passkey anmelden
passkeys-cancelled = Es wurde kein Passkey verwendet: Der Vorgang wurde abgebrochen, dauerte zu lange, oder auf diesem Gerät gibt es keinen für diese Seite. Bitte versuchen Sie es erneut oder wählen Sie einen anderen Weg.
passkeys-failed = Das hat nicht geklappt. Bitte versuchen Sie es erneut oder wählen Sie einen anderen Weg.
passkeys-unknown = Mit diesem Passkey ist hier keine Anmeldung möglich. Versuchen Sie einen anderen oder melden Sie sich auf anderem Weg an.
passkeys-late = Das hat zu lange gedauert. Bitte versuchen Sie es erneut.
passkeys-throttled = Zu viele Versuche. Bitte versuchen Sie es in einigen Minuten erneut.

# The page of one's passkeys.
passkeys-title = Passkeys
passkeys-lead = Mit einem Passkey melden Sie sich per Fingerabdruck, Gesicht oder PIN Ihres Geräts an; er ersetzt Passwort und zweiten Faktor. Niemand kann ihn erraten, und er gilt nur für diese Seite.
passkeys-none = Sie haben noch keinen Passkey.
passkeys-since = Hinzugefügt am { $date }.
passkeys-used = Zuletzt verwendet am { $date }.
passkeys-unused = Noch nicht verwendet.
passkeys-rename = Umbenennen
passkeys-name = Name des Passkeys
passkeys-save = Namen speichern
passkeys-remove = { $name } entfernen

# Adding one.
passkeys-add-title = Passkey hinzufügen
passkeys-add-lead = Ihr Browser fragt, wo er aufbewahrt werden soll: auf diesem Gerät, auf Ihrem Telefon, auf einem Sicherheitsschlüssel oder in einem Passwortmanager.
passkeys-add = Passkey hinzufügen
passkeys-name-optional = Name (freiwillig)
passkeys-name-hint = Damit Sie ihn wiedererkennen. Ohne Namen wird er nach diesem Browser benannt.
passkeys-unsupported = Zum Hinzufügen braucht es JavaScript und einen Browser, der Passkeys kennt.
passkeys-unavailable = Unter dieser Adresse sind keine Passkeys möglich: Dazu braucht der Server einen Namen.
passkeys-full = Sie haben so viele Passkeys, wie möglich sind. Entfernen Sie zuerst einen.
passkeys-known = Dieser Passkey ist hier schon bekannt.

# What was done, or was not.
passkeys-added = Der Passkey wurde hinzugefügt.
passkeys-renamed = Der Passkey hat einen neuen Namen.
passkeys-removed = Der Passkey wurde entfernt. Entfernen Sie ihn auch auf Ihrem Gerät.
passkeys-last = Dieser Passkey ist Ihr einziger Zugang. Fügen Sie zuerst einen weiteren hinzu oder legen Sie ein Passwort fest.
passkeys-changed = Ihr Konto wurde inzwischen geändert. Bitte melden Sie sich erneut an.
passkeys-confirm = Bitte bestätigen Sie zuerst, dass Sie es sind.
passkeys-signed-out = Sie sind nicht mehr angemeldet. Bitte melden Sie sich erneut an.
