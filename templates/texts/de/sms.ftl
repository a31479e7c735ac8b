sms-code = { $code } ist Ihr Code für { $product }. Er gilt einmal, innerhalb von { $count ->
    [one] einer Minute.
   *[other] { $count } Minuten.
} Sagen Sie ihn niemandem.
