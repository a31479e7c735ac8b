# Les pages d’un compte : leur cadre.
account-nav = Compte
account-menu = Menu :
account-nav-overview = Vue d’ensemble
account-nav-profile = Profil
account-nav-security = Sécurité
account-nav-second-factor = Authentification à deux facteurs
account-nav-passkeys = Clés d’accès
account-nav-sessions = Sessions
account-nav-connections = Applications connectées
account-nav-tokens = Jetons d’accès
account-nav-clients = Mes applications
account-nav-data = Export et suppression
account-nav-admin = Administration
account-sign-out = Se déconnecter
