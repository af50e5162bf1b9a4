"""``corrin mcp``: the answers as tools for a language-model client, over standard input/output."""

from __future__ import annotations

from corrin.errors import needing


def command() -> None:
    """Serve the tools of the Model Context Protocol over standard input and output.

    For a client that starts this program itself; nothing but the protocol is written to
    standard output, and nothing is kept.  Needs: pip install 'corrin[mcp]'
    """
    with needing("mcp", "the tool server"):
        from corrin.interfaces.mcp_server import create_server
    create_server().run("stdio")
