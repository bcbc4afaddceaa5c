"""What the house itself has at the desk: its accounts and their doors; the paper and its pages."""

from newsroom.admin import accounts, house

__all__ = ["accounts", "house"]
