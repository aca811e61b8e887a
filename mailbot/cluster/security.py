"""How both ends of a cluster's connections prove who they are."""

from distributed.security import Security

from mailbot.settings.keys import WorkSettings


def security(settings: WorkSettings) -> Security | None:
    """Certificates of both ends; None for `tcp://`."""
    if not settings.scheduler.startswith("tls://"):
        return None
    own = {"cert": str(settings.cert_file), "key": str(settings.key_file)}
    return Security(
        require_encryption=True,
        tls_ca_file=str(settings.ca_file),
        **{f"tls_{role}_{name}": file for role in ("client", "worker", "scheduler") for name, file in own.items()},
    )
