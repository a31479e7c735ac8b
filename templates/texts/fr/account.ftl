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
account-back = Retour à votre compte

# « Confirmez que c’est bien vous ».
confirm-title = Confirmez que c’est bien vous
confirm-lead = La suite peut modifier ou supprimer votre compte. Veuillez saisir encore une fois votre mot de passe ; il ne vous sera plus demandé pendant quelques minutes.
confirm-password = Mot de passe
confirm-submit = Confirmer
confirm-without-password = La suite peut modifier ou supprimer votre compte. Votre compte n’a pas de mot de passe : veuillez donc vous reconnecter.
confirm-sign-in-again = Se reconnecter
confirm-passkey = Confirmer avec une clé d’accès
confirm-by-passkey = La suite peut modifier ou supprimer votre compte. Veuillez confirmer avec votre clé d’accès, ou vous reconnecter.
confirm-password-missing = Veuillez saisir votre mot de passe.
confirm-password-wrong = Ce n’est pas votre mot de passe.
confirm-throttled = { $count ->
    [one] Trop de tentatives. Veuillez réessayer dans une seconde.
   *[other] Trop de tentatives. Veuillez réessayer dans { $count } secondes.
}
account-changed = Votre compte a été modifié ailleurs entre-temps. Veuillez recharger la page.
account-failed = Une erreur s’est produite de notre côté. Veuillez réessayer.
pager-first = Retour au début
pager-next = Suite

# La vue d’ensemble.
overview-title = Votre compte
overview-unverified = Votre adresse e-mail n’est pas encore confirmée. Suivez le lien du message qui vous a été envoyé, ou faites-le renvoyer.
overview-send-link = Renvoyer le lien
overview-standing = Votre compte en bref
overview-weak = Votre mot de passe suffit à ouvrir votre compte. Une clé d’accès ou un second facteur le protège même si quelqu’un apprend ce mot de passe.
overview-username = Nom d’utilisateur
overview-email = Adresse e-mail
overview-verified = Confirmée
overview-not-verified = Non confirmée
overview-factor-both = Activée : codes d’une application ou par SMS.
overview-factor-app = Activée : codes d’une application.
overview-factor-sms = Activée : codes par SMS.
overview-factor-off = Désactivée.
overview-codes = { $count ->
    [0] Il ne reste aucun code de secours.
    [one] Il reste un code de secours.
   *[other] Il reste { $count } codes de secours.
}
overview-passkeys = { $count ->
    [0] Aucune pour l’instant.
    [one] Une clé d’accès.
   *[other] { $count } clés d’accès.
}
overview-apps = { $count ->
    [0] Aucune.
    [one] Une application peut utiliser votre compte.
   *[other] { $count } applications peuvent utiliser votre compte.
}
overview-since = Membre depuis
overview-sessions = Où vous êtes connecté·e
overview-all-sessions = Toutes les sessions

# Le profil.
profile-lead = Les applications que vous autorisez peuvent voir ce que vous écrivez ici. Seul le prénom est nécessaire.
profile-picture = Photo
profile-picture-file = Choisir une photo
profile-picture-hint = JPEG, PNG, WebP ou GIF, 5 Mo au plus. Elle est recadrée en carré.
profile-picture-submit = Envoyer
profile-picture-remove = Retirer la photo
profile-picture-elsewhere = Une application a choisi une photo conservée ailleurs. Elle n’est pas affichée ici.
profile-picture-missing = Veuillez choisir un fichier.
profile-picture-too-large = Le fichier ne peut pas dépasser 5 Mo.
profile-picture-done = Votre photo a été enregistrée.
profile-picture-removed = Votre photo a été retirée.
profile-details = À propos de vous
profile-first-name = Prénom
profile-last-name = Nom
profile-phone = Téléphone
profile-phone-hint = Avec l’indicatif du pays, par exemple +381641234567.
profile-birthday = Date de naissance
profile-gender = Genre
profile-country = Pays
profile-country-none = Non précisé
profile-address = Adresse
profile-bio = Présentation
profile-save = Enregistrer
profile-details-done = Votre profil a été enregistré.
profile-username-title = Nom de connexion
profile-username-hint = Lettres, chiffres, points, tirets et tirets bas. Vous vous connectez avec lui ou avec votre adresse e-mail.
profile-username-submit = Changer de nom d’utilisateur
profile-username-done = Votre nom d’utilisateur a été changé.
profile-language = Langue
profile-locale = Langue de ces pages et des e-mails
profile-locale-browser = Celle que demande le navigateur
profile-locale-hint = Une application d’où vous venez peut en demander une autre.
profile-locale-submit = Enregistrer la langue
profile-locale-done = Votre langue a été enregistrée.

# Mot de passe, adresse e-mail et le reste.
security-confirm = Pour changer de mot de passe ou d’adresse e-mail, veuillez d’abord confirmer que c’est bien vous.
security-confirm-link = Confirmer que c’est bien moi
security-password = Mot de passe
security-password-lead = Un nouveau mot de passe vous déconnecte partout ailleurs et met fin à l’accès de toutes les applications et de tous les jetons.
security-password-none = Votre compte n’a pas encore de mot de passe.
security-new-password = Nouveau mot de passe
security-password-submit = Changer de mot de passe
security-password-done = Votre mot de passe a été changé. Vous avez été déconnecté·e partout ailleurs.
security-email = Adresse e-mail
security-email-lead = Un lien est envoyé à la nouvelle adresse. Elle devient la vôtre dès que vous l’ouvrez ; d’ici là rien ne change. Votre adresse actuelle reçoit un avis.
security-new-email = Nouvelle adresse e-mail
security-email-submit = Envoyer le lien
security-email-same = C’est déjà votre adresse e-mail.
security-email-done = Un lien est en route vers la nouvelle adresse. Ouvrez-le pour terminer le changement.
security-factor-link = Gérer l’authentification à deux facteurs et les codes de secours
security-passkeys-lead = Une clé d’accès vous connecte avec votre empreinte, votre visage ou le code de votre appareil, et résiste à l’hameçonnage.
security-passkeys-link = Gérer les clés d’accès

# Export et suppression.
data-confirm = Pour télécharger vos données ou supprimer votre compte, veuillez d’abord confirmer que c’est bien vous.
data-export = Télécharger vos données
data-export-lead = Un fichier avec tout ce que ce serveur conserve de vous : profil, sessions, applications connectées, jetons (sans leurs secrets), applications et messages. Il est au format JSON, que d’autres programmes savent lire.
data-export-submit = Télécharger
data-delete = Supprimer votre compte
data-delete-lead = Si vous supprimez votre compte :
data-delete-sessions = vous êtes déconnecté·e partout, et les applications et jetons d’accès perdent aussitôt leur accès ;
data-delete-profile = votre profil, votre photo, vos clés d’accès, vos seconds facteurs et vos messages sont supprimés ;
data-delete-clients = les applications que vous avez enregistrées cessent de fonctionner, pour tout le monde ;
data-delete-names = votre nom d’utilisateur, votre adresse e-mail et votre numéro de téléphone ne sont attribués à personne d’autre.
data-delete-final = C’est irréversible.
data-confirmation = Pour confirmer, saisissez votre nom d’utilisateur : { $username }
data-confirmation-wrong = Ce n’est pas votre nom d’utilisateur.
data-delete-submit = Supprimer mon compte pour toujours
data-last-admin = Personne d’autre ayant tous les droits d’administration ne peut se connecter : désignez d’abord quelqu’un.
data-gone = Votre compte est supprimé
data-gone-text = Vous êtes déconnecté·e partout. Plus rien de votre compte ne fonctionne.
data-gone-on = Vers la page d’accueil
