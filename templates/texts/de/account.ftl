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
