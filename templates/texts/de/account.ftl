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
account-sign-out = Abmelden
account-back = Zurück zum Konto

# „Bestätigen Sie, dass Sie es sind“.
confirm-title = Bestätigen Sie, dass Sie es sind
confirm-lead = Was nun folgt, kann Ihr Konto ändern oder beenden. Bitte geben Sie Ihr Passwort noch einmal ein; danach werden Sie einige Minuten lang nicht mehr gefragt.
confirm-password = Passwort
confirm-submit = Bestätigen
confirm-without-password = Was nun folgt, kann Ihr Konto ändern oder beenden. Ihr Konto hat kein Passwort; bitte melden Sie sich deshalb noch einmal an.
confirm-sign-in-again = Neu anmelden
confirm-password-missing = Bitte geben Sie Ihr Passwort ein.
confirm-password-wrong = Das ist nicht Ihr Passwort.
confirm-throttled = { $count ->
    [one] Zu viele Versuche. Bitte versuchen Sie es in einer Sekunde wieder.
   *[other] Zu viele Versuche. Bitte versuchen Sie es in { $count } Sekunden wieder.
}
