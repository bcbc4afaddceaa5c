"""The one door by which readers and staff come in, on django-allauth.

backend (who belongs to a name and a password) · adapter (how allauth behaves here) · forms ·
views (the account's own page) · two_factor (the desk's second lock) · reauthentication (the
password once more) · urls (what is open at all)
"""
