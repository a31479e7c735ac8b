# Jetons d’accès personnels.
tokens-title = Jetons d’accès personnels
tokens-lead = Un jeton permet à l’un de vos programmes d’agir pour vous sans votre mot de passe. Gardez-le comme un mot de passe.
tokens-none = Vous n’avez aucun jeton.
tokens-new = Nouveau jeton
tokens-dates = Créé le { $made }, valable jusqu’au { $ends }
tokens-last-used = Dernière utilisation le { $date }
tokens-unused = Pas encore utilisé
tokens-no-scopes = Il ne permet que de dire à qui il appartient.
tokens-revoke = Révoquer
tokens-revoked = Le jeton n’est plus valable.
tokens-once-only = Ce formulaire a déjà été envoyé : le jeton a été affiché une fois. Si vous ne l’avez pas gardé, révoquez-le et créez-en un autre.
tokens-name = Nom
tokens-name-hint = Par exemple le programme qui l’utilise.
tokens-scopes = Ce qu’il peut faire
tokens-scopes-hint = Cochez le moins possible.
tokens-days = Il est valable
tokens-days-choice = { $count ->
    [one] un jour
   *[other] { $count } jours
}
tokens-make = Créer le jeton
tokens-made = Votre nouveau jeton
tokens-made-lead = Il est valable jusqu’au { $date }.
tokens-try = Les programmes l’envoient dans un en-tête :
tokens-back = Tous mes jetons
