"""Whether a mail's sender is who the From header says, by what the receiving server found (RFC 8601)."""

from enum import StrEnum

from mailbot.model.mail import Authentication, Mail

REFUSED = frozenset({"fail", "permerror"})


def fails_any(found: Authentication | None) -> bool:
    """Whether any of the server's checks failed: enough to ask before an entry is taken back."""
    return found is not None and bool(REFUSED & {found.spf, found.dkim, found.dmarc})


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


class Proof(StrEnum):
    """How sure it is that a mail is from whom its From header says."""

    PROVEN = "proven"
    UNKNOWN = "unknown"
    """The receiving server says nothing of it, or nothing that is about the From domain."""
    REFUTED = "refuted"


def proof(mail: Mail, *, server_known: bool) -> Proof:
    """Whether a mail is its sender's, where it matters: somebody orders something in an organizer's name.

    Args:
        mail: as it was parsed.
        server_known: the configuration names the receiving server (`authserv_id`), and its results are the ones at
            hand; else only results above every Received field count, where no sender can write.
    """
    found = mail.authentication
    if found is None or not (server_known or found.on_top):
        return Proof.UNKNOWN
    if is_suspect(found):
        return Proof.REFUTED
    if found.dmarc == "pass":
        return Proof.PROVEN
    aligned = not found.domains or any(_aligned(domain, mail.sender.addr) for domain in found.domains)
    passes = not found.dmarc and "pass" in (found.spf, found.dkim)
    return Proof.PROVEN if passes and aligned else Proof.UNKNOWN


def _aligned(domain: str, address: str) -> bool:
    """Whether a domain is the address's own, or one below or above it (RFC 7489 §3.1, relaxed)."""
    own = address.rpartition("@")[2].lower()
    return domain == own or own.endswith(f".{domain}") or domain.endswith(f".{own}")
