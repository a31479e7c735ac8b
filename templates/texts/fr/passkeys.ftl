# Signing in with a passkey.
passkeys-sign-in = Se connecter avec une clé d’accès
passkeys-cancelled = Aucune clé d’accès n’a été utilisée : l’opération a été annulée, a pris trop de temps, ou cet appareil n’en a pas pour ce site. Veuillez réessayer ou choisir un autre moyen.
passkeys-failed = Cela n’a pas fonctionné. Veuillez réessayer ou choisir un autre moyen.
passkeys-unknown = Cette clé d’accès ne permet pas de se connecter ici. Essayez-en une autre, ou connectez-vous autrement.
passkeys-late = Cela a pris trop de temps. Veuillez réessayer.
passkeys-throttled = Trop de tentatives. Veuillez réessayer dans quelques minutes.

# The page of one's passkeys.
passkeys-title = Clés d’accès
passkeys-lead = Une clé d’accès vous connecte avec votre empreinte, votre visage ou le code de votre appareil, et remplace le mot de passe et le second facteur. Personne ne peut la deviner, et elle ne sert que sur ce site.
passkeys-none = Vous n’avez pas encore de clé d’accès.
passkeys-since = Ajoutée le { $date }.
passkeys-used = Utilisée pour la dernière fois le { $date }.
passkeys-unused = Pas encore utilisée.
passkeys-rename = Renommer
passkeys-name = Nom de la clé d’accès
passkeys-save = Enregistrer le nom
passkeys-remove = Supprimer { $name }

# Adding one.
passkeys-add-title = Ajouter une clé d’accès
passkeys-add-lead = Votre navigateur vous demande où la garder : sur cet appareil, sur votre téléphone, sur une clé de sécurité ou dans un gestionnaire de mots de passe.
passkeys-add = Ajouter une clé d’accès
passkeys-name-optional = Nom (facultatif)
passkeys-name-hint = Pour la reconnaître. Sans nom, elle porte celui de ce navigateur.
passkeys-unsupported = Pour ajouter une clé d’accès, il faut JavaScript et un navigateur qui les prend en charge.
passkeys-unavailable = Les clés d’accès ne sont pas possibles à cette adresse : le serveur doit avoir un nom.
passkeys-full = Vous avez autant de clés d’accès que possible. Supprimez-en d’abord une.
passkeys-known = Cette clé d’accès est déjà connue ici.

# What was done, or was not.
passkeys-added = La clé d’accès a été ajoutée.
passkeys-renamed = La clé d’accès a un nouveau nom.
passkeys-removed = La clé d’accès a été supprimée. Supprimez-la aussi de votre appareil.
passkeys-last = Cette clé d’accès est votre seul moyen de connexion. Ajoutez-en d’abord une autre, ou choisissez un mot de passe.
passkeys-changed = Votre compte a changé entre-temps. Veuillez vous reconnecter.
passkeys-confirm = Veuillez d’abord confirmer qu’il s’agit bien de vous.
passkeys-signed-out = Vous n’êtes plus connecté. Veuillez vous reconnecter.
