sms-code = { $code } est votre code { $product }. Il sert une fois, sous { $count ->
    [one] une minute.
   *[other] { $count } minutes.
} Ne le dites à personne.
