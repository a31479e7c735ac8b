# Où une personne est connectée.
sessions-lead = Tous les navigateurs et applications où vous êtes connecté·e. Si vous n’en reconnaissez pas un, mettez-y fin et changez de mot de passe.
sessions-device = { $browser } sur { $platform }
sessions-device-unknown = Navigateur ou application inconnus
sessions-this = Celle-ci
sessions-api = Application
sessions-address = Connexion depuis { $address }
sessions-address-unknown = Connexion depuis une adresse inconnue
sessions-signed-in = Connexion le { $time }
sessions-last-seen = Dernière activité le { $time }
sessions-none = Il n’y a rien sur cette page de la liste.
sessions-end = Terminer
sessions-ended = La session a été terminée.
sessions-others = Toutes les autres
sessions-others-lead = Vous déconnecte partout sauf ici. Les applications connectées gardent leur accès ; vous pouvez aussi le reprendre sous « Applications connectées ».
sessions-end-others = Terminer toutes les autres sessions
sessions-others-ended = Toutes les autres sessions ont été terminées.
