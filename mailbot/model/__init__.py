"""The nouns of the house: frozen records that every room hands to the next. Imports nothing of mailbot."""
