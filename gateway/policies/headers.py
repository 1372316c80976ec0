"""What every answer tells a browser: to guess no types, to show it in no frame, to keep it in no cache."""

from gateway.policies.proxies import current_proxies

# What any answer gets, also one that no app made.
PROTECTIONS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def protections() -> dict[str, str]:
    """The headers that an answer gets unless it says otherwise itself."""
    return PROTECTIONS | (_STRICT_TRANSPORT if current_proxies().is_https() else {})
