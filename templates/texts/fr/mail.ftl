mail-hello = Bonjour,
mail-hello-name = Bonjour { $name },
mail-unknown = inconnu
mail-button = Si le bouton ne fait rien, ouvrez cette adresse :
mail-once = Le lien ne fonctionne qu’une fois.
mail-nothing-to-do = Si c’était vous, il n’y a rien à faire.
mail-new-password = Choisir un nouveau mot de passe
mail-reset-subject = Choisir un nouveau mot de passe pour { $product }
mail-reset-text = Quelqu’un, vous sans doute, a demandé à choisir un nouveau mot de passe pour votre compte { $product }. Pour cela, ouvrez ce lien dans un délai de { $lifetime } :
mail-reset-once = Le lien ne fonctionne qu’une fois. Un nouveau mot de passe vous déconnecte partout ailleurs.
mail-reset-not-you = Si ce n’était pas vous, ne faites rien : votre mot de passe reste inchangé.
mail-otp-subject = Votre mot de passe à usage unique pour { $product }
mail-otp-text = Votre mot de passe à usage unique pour { $product } est :
mail-otp-works = Il sert une seule fois, dans un délai de { $lifetime }. Ne le dites à personne : personne de { $product } ne vous le demandera jamais.
mail-otp-not-you = Si vous ne l’avez pas demandé, ne faites rien : votre compte reste inchangé.
mail-password-subject = Votre mot de passe { $product } a été changé
mail-password-text = Le mot de passe de votre compte { $product } a été changé le { $when }. Quiconque était connecté avec l’ancien est déconnecté.
mail-password-passkeys = { $count ->
    [one] Une clé d’accès permet toujours de se connecter à votre compte sans le mot de passe. Veuillez vérifier qu’elle est bien à vous, et la supprimer sinon :
   *[other] { $count } clés d’accès permettent toujours de se connecter à votre compte sans le mot de passe. Veuillez vérifier que chacune est bien à vous, et supprimer les autres :
}
mail-password-not-you = Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe :
mail-verification-subject = Confirmer votre adresse e-mail pour { $product }
mail-verification-text = Quelqu’un, vous sans doute, a créé un compte { $product } avec cette adresse e-mail. Pour confirmer que l’adresse est la vôtre, ouvrez ce lien dans un délai de { $lifetime } :
mail-verification-button = Confirmer l’adresse
mail-verification-not-you = Si ce n’était pas vous, ne faites rien : l’adresse reste non confirmée.
mail-registered-subject = Vous avez déjà un compte { $product }
mail-registered-text = Quelqu’un, vous sans doute, a essayé de créer un compte { $product } avec cette adresse e-mail. Vous en avez déjà un, aucun n’a donc été créé.
mail-registered-sign-in = Si c’était vous, connectez-vous :
mail-registered-forgot = ou, si vous avez oublié votre mot de passe, choisissez-en un nouveau :
mail-registered-not-you = Si ce n’était pas vous, ne faites rien : votre compte reste inchangé.
mail-change-subject = Confirmer votre nouvelle adresse e-mail pour { $product }
mail-change-text = Quelqu’un, vous sans doute, a demandé à utiliser cette adresse e-mail pour un compte { $product }. Pour cela, ouvrez ce lien dans un délai de { $lifetime } :
mail-change-button = Utiliser cette adresse
mail-change-not-you = Si ce n’était pas vous, ne faites rien : l’adresse n’est pas utilisée.
mail-change-notice-subject = Une nouvelle adresse e-mail pour { $product } a été demandée
mail-change-notice-text = Quelqu’un, vous sans doute, a demandé à remplacer l’adresse e-mail de votre compte { $product } par { $email }. Elle change quand le lien envoyé à la nouvelle adresse est ouvert. Jusque-là, celle-ci reste.
mail-change-notice-not-you = Si ce n’était pas vous, quelqu’un connaît peut-être votre mot de passe. Choisissez-en un nouveau immédiatement :
mail-changed-subject = Votre adresse e-mail pour { $product } a été changée
mail-changed-text = L’adresse e-mail de votre compte { $product } a été remplacée par { $email } le { $when }. Les e-mails concernant le compte n’arrivent plus ici.
mail-changed-not-you = Si ce n’était pas vous, demandez immédiatement de l’aide à ceux qui gèrent { $product } : quiconque détient la nouvelle adresse peut choisir un nouveau mot de passe.
mail-sign-in-subject = Une nouvelle connexion à { $product }
mail-sign-in-text = Quelqu’un s’est connecté à votre compte { $product } depuis un appareil jamais vu auparavant :
mail-sign-in-when = Quand
mail-sign-in-browser = Navigateur
mail-sign-in-system = Système
mail-sign-in-address = Adresse
mail-sign-in-not-you = Si ce n’était pas vous, quelqu’un connaît peut-être votre mot de passe. Choisissez-en un nouveau immédiatement ; cela déconnecte tout le monde :
mail-second-factor-subject = L’authentification à deux facteurs de votre compte { $product } a changé
mail-second-factor-text = L’authentification à deux facteurs de votre compte { $product } a été modifiée :
mail-second-factor-app = Les codes d’une application d’authentification ont été activés.
mail-second-factor-messages = Les codes par SMS ont été activés.
mail-second-factor-one-off = L’un de vos deux moyens de recevoir des codes a été désactivé.
mail-second-factor-off = Elle a été désactivée.
mail-second-factor-not-you = Si ce n’était pas vous, choisissez immédiatement un nouveau mot de passe et prévenez ceux qui gèrent { $product } :
mail-passkey-subject = Les clés d’accès de votre compte { $product } ont changé
mail-passkey-text = Les clés d’accès de votre compte { $product } ont été modifiées :
mail-passkey-added = Une clé d’accès a été ajoutée : elle permet de se connecter sans votre mot de passe.
mail-passkey-removed = Une clé d’accès a été retirée.
mail-passkeys-removed = Vos clés d’accès ont été retirées.
mail-passkey-not-you = Retirez ensuite chaque clé d’accès qui n’est pas la vôtre, car un nouveau mot de passe ne l’arrête pas, et prévenez ceux qui gèrent { $product } :
mail-passkey-button = Voir vos clés d’accès
mail-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
mail-hours = { $count ->
    [one] 1 heure
   *[other] { $count } heures
}
mail-days = { $count ->
    [one] 1 jour
   *[other] { $count } jours
}
