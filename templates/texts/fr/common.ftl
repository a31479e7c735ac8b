# Ce que toutes les pages partagent.

title-error = Erreur :
page-promise = { $product } ne vous demande jamais votre mot de passe par e-mail ou par téléphone.
page-support = Aide : { $address }
form-look-again = Veuillez vérifier les champs signalés ci-dessous.

# Jours et heures en UTC. Le mois est un nombre de 1 à 12.
date-day = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
date-day-time = { $day } à { $time } UTC

password-hint = De 8 à 72 caractères. Les lettres accentuées et les émojis comptent pour deux ou plus.
password-again = Le même mot de passe à nouveau
signed-in-as = Connecté en tant que
sign-out = Se déconnecter
continue = Continuer
back-to-login = Retour à la connexion
language = Langue
home-welcome = Bienvenue
home-lead = Connectez-vous pour gérer votre compte { $product }.
home-developers = Pour les développeurs
home-metadata = Métadonnées du serveur
home-openapi = Document OpenAPI
home-docs = Documentation
