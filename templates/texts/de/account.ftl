# Die Seiten eines Kontos: ihr Rahmen.
account-nav = Konto
account-menu = Menü:
account-nav-overview = Übersicht
account-nav-profile = Profil
account-nav-security = Sicherheit
account-nav-second-factor = Zwei-Faktor-Anmeldung
account-nav-passkeys = Passkeys
account-nav-sessions = Sitzungen
account-nav-connections = Verbundene Apps
account-nav-tokens = Zugriffstokens
account-nav-clients = Eigene Anwendungen
account-nav-data = Export und Löschung
account-nav-admin = Verwaltung
account-back = Zurück zum Konto

# „Bestätigen Sie, dass Sie es sind“.
confirm-title = Bestätigen Sie, dass Sie es sind
confirm-lead = Was nun folgt, kann Ihr Konto ändern oder beenden. Bitte geben Sie Ihr Passwort noch einmal ein; danach werden Sie einige Minuten lang nicht mehr gefragt.
confirm-password = Passwort
confirm-submit = Bestätigen
confirm-without-password = Was nun folgt, kann Ihr Konto ändern oder beenden. Ihr Konto hat kein Passwort; bitte melden Sie sich deshalb noch einmal an.
confirm-sign-in-again = Neu anmelden
confirm-passkey = Mit einem Passkey bestätigen
confirm-by-passkey = Was nun folgt, kann Ihr Konto ändern oder beenden. Bitte bestätigen Sie mit Ihrem Passkey, oder melden Sie sich noch einmal an.
confirm-password-missing = Bitte geben Sie Ihr Passwort ein.
confirm-password-wrong = Das ist nicht Ihr Passwort.
confirm-throttled = { $count ->
    [one] Zu viele Versuche. Bitte versuchen Sie es in einer Sekunde wieder.
   *[other] Zu viele Versuche. Bitte versuchen Sie es in { $count } Sekunden wieder.
}
account-changed = Ihr Konto wurde inzwischen anderswo geändert. Bitte laden Sie die Seite neu.
account-failed = Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal.
pager-first = Zurück zum Anfang
pager-next = Weitere

# Die Übersicht.
overview-title = Ihr Konto
overview-unverified = Ihre E-Mail-Adresse ist noch nicht bestätigt. Folgen Sie dem Link in der Nachricht, die Sie erhalten haben, oder lassen Sie ihn noch einmal senden.
overview-send-link = Link noch einmal senden
overview-standing = Ihr Konto auf einen Blick
overview-weak = Ihr Passwort allein öffnet Ihr Konto. Ein Passkey oder ein zweiter Faktor schützt es auch dann, wenn jemand das Passwort erfährt.
overview-username = Benutzername
overview-email = E-Mail-Adresse
overview-verified = Bestätigt
overview-not-verified = Nicht bestätigt
overview-factor-both = Ein: Codes aus einer App oder per SMS.
overview-factor-app = Ein: Codes aus einer App.
overview-factor-sms = Ein: Codes per SMS.
overview-factor-off = Aus.
overview-codes = { $count ->
    [0] Es ist kein Wiederherstellungscode übrig.
    [one] Ein Wiederherstellungscode ist übrig.
   *[other] { $count } Wiederherstellungscodes sind übrig.
}
overview-passkeys = { $count ->
    [0] Noch keiner.
    [one] Ein Passkey.
   *[other] { $count } Passkeys.
}
overview-apps = { $count ->
    [0] Keine.
    [one] Eine App darf Ihr Konto nutzen.
   *[other] { $count } Apps dürfen Ihr Konto nutzen.
}
overview-since = Mitglied seit
overview-sessions = Wo Sie angemeldet sind
overview-all-sessions = Alle Sitzungen

# Das Profil.
profile-lead = Was Sie hier angeben, können Apps sehen, denen Sie Zugang geben. Nur der Vorname ist nötig.
profile-picture = Bild
profile-picture-file = Bild auswählen
profile-picture-hint = JPEG, PNG, WebP oder GIF, bis zu 5 MB. Es wird quadratisch zugeschnitten.
profile-picture-submit = Hochladen
profile-picture-remove = Bild entfernen
profile-picture-elsewhere = Eine App hat ein Bild gesetzt, das anderswo liegt. Es wird hier nicht gezeigt.
profile-picture-missing = Bitte wählen Sie eine Datei aus.
profile-picture-too-large = Die Datei darf höchstens 5 MB groß sein.
profile-picture-done = Ihr Bild wurde gespeichert.
profile-picture-removed = Ihr Bild wurde entfernt.
profile-details = Über Sie
profile-first-name = Vorname
profile-last-name = Nachname
profile-phone = Telefon
profile-phone-hint = Mit der Landesvorwahl, zum Beispiel +381641234567.
profile-birthday = Geburtstag
profile-gender = Geschlecht
profile-country = Land
profile-country-none = Keine Angabe
profile-address = Adresse
profile-bio = Über mich
profile-save = Speichern
profile-details-done = Ihr Profil wurde gespeichert.
profile-username-title = Anmeldename
profile-username-hint = Buchstaben, Ziffern, Punkte, Binde- und Unterstriche. Sie melden sich damit oder mit Ihrer E-Mail-Adresse an.
profile-username-submit = Benutzernamen ändern
profile-username-done = Ihr Benutzername wurde geändert.
profile-language = Sprache
profile-locale = Sprache dieser Seiten und der E-Mails
profile-locale-browser = Wie der Browser es wünscht
profile-locale-hint = Eine App, aus der Sie kommen, kann eine andere verlangen.
profile-locale-submit = Sprache speichern
profile-locale-done = Ihre Sprache wurde gespeichert.

# Passwort, E-Mail-Adresse und das Übrige.
security-confirm = Um Passwort oder E-Mail-Adresse zu ändern, bestätigen Sie bitte zuerst, dass Sie es sind.
security-confirm-link = Bestätigen, dass ich es bin
security-password = Passwort
security-password-lead = Ein neues Passwort meldet Sie überall sonst ab und beendet den Zugang aller Apps und Zugriffstokens.
security-password-none = Ihr Konto hat noch kein Passwort.
security-new-password = Neues Passwort
security-password-submit = Passwort ändern
security-password-done = Ihr Passwort wurde geändert. Sie wurden überall sonst abgemeldet.
security-email = E-Mail-Adresse
security-email-lead = An die neue Adresse geht ein Link. Sie gilt, sobald Sie ihn öffnen; bis dahin bleibt alles, wie es ist. Ihre jetzige Adresse erhält einen Hinweis.
security-new-email = Neue E-Mail-Adresse
security-email-submit = Link senden
security-email-same = Das ist bereits Ihre E-Mail-Adresse.
security-email-done = Ein Link ist an die neue Adresse unterwegs. Öffnen Sie ihn, um die Änderung abzuschließen.
security-factor-link = Zwei-Faktor-Anmeldung und Wiederherstellungscodes verwalten
security-passkeys-lead = Mit einem Passkey melden Sie sich per Fingerabdruck, Gesicht oder Geräte-PIN an; er lässt sich nicht durch gefälschte Seiten entlocken.
security-passkeys-link = Passkeys verwalten

# Export und Löschung.
data-confirm = Um Ihre Daten herunterzuladen oder Ihr Konto zu löschen, bestätigen Sie bitte zuerst, dass Sie es sind.
data-export = Ihre Daten herunterladen
data-export-lead = Eine Datei mit allem, was dieser Server über Sie speichert: Profil, Sitzungen, verbundene Apps, Tokens (ohne ihre Geheimnisse), Anwendungen und Nachrichten. Sie ist im Format JSON, das andere Programme lesen können.
data-export-submit = Herunterladen
data-delete = Ihr Konto löschen
data-delete-lead = Wenn Sie Ihr Konto löschen:
data-delete-sessions = werden Sie überall abgemeldet, und Apps und Zugriffstokens verlieren sofort den Zugang;
data-delete-profile = werden Profil, Bild, Passkeys, zweite Faktoren und Nachrichten gelöscht;
data-delete-clients = funktionieren Anwendungen, die Sie registriert haben, für niemanden mehr;
data-delete-names = werden Benutzername, E-Mail-Adresse und Telefonnummer an niemand anderen vergeben.
data-delete-final = Das lässt sich nicht rückgängig machen.
data-confirmation = Geben Sie zur Bestätigung Ihren Benutzernamen ein: { $username }
data-confirmation-wrong = Das ist nicht Ihr Benutzername.
data-delete-submit = Mein Konto endgültig löschen
data-last-admin = Niemand sonst mit Verwaltungsrechten kann sich anmelden: Richten Sie zuerst ein weiteres solches Konto ein.
data-gone = Ihr Konto ist gelöscht
data-gone-text = Sie sind überall abgemeldet. Nichts von Ihrem Konto funktioniert mehr.
data-gone-on = Zur Startseite
