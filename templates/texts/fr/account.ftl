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
account-back = Retour à votre compte

# « Confirmez que c’est bien vous ».
confirm-title = Confirmez que c’est bien vous
confirm-lead = La suite peut modifier ou supprimer votre compte. Veuillez saisir encore une fois votre mot de passe ; il ne vous sera plus demandé pendant quelques minutes.
confirm-password = Mot de passe
confirm-submit = Confirmer
confirm-without-password = La suite peut modifier ou supprimer votre compte. Votre compte n’a pas de mot de passe : veuillez donc vous reconnecter.
confirm-sign-in-again = Se reconnecter
confirm-password-missing = Veuillez saisir votre mot de passe.
confirm-password-wrong = Ce n’est pas votre mot de passe.
confirm-throttled = { $count ->
    [one] Trop de tentatives. Veuillez réessayer dans une seconde.
   *[other] Trop de tentatives. Veuillez réessayer dans { $count } secondes.
}
