"""Whether a mail's sender is who the From header says, by what the receiving server found (RFC 8601)."""

from mailbot.model.mail import Authentication

REFUSED = frozenset({"fail", "permerror"})


def is_suspect(found: Authentication | None) -> bool:
    """Whether the server's checks speak against the sender. No result is unknown, not a fail.

    DMARC judges the From domain itself; without it a failing SPF or DKIM counts where the other does not pass.
    """
    if found is None:
        return False
    if found.dmarc:
        return found.dmarc in REFUSED
    if "pass" in (found.spf, found.dkim):
        return False
    return found.spf in REFUSED or found.dkim in REFUSED
