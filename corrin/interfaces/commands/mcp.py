"""``corrin mcp``: the answers as tools for a language-model client, over standard input/output."""

from __future__ import annotations

from corrin.errors import CorrinError


def command() -> None:
    """Serve the tools of the Model Context Protocol over standard input and output.

    For a client that starts this program itself; nothing but the protocol is written to
    standard output, and nothing is kept.  Needs: pip install 'corrin[mcp]'
    """
    try:
        from corrin.interfaces.mcp_server import create_server
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] == "corrin":
            raise
        raise CorrinError(
            f"the tools need '{missing.name}', which is not installed. "
            "Run: pip install 'corrin[mcp]'"
        ) from None
    create_server().run("stdio")
