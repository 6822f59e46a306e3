"""The server under test, as the calling test describes it."""

import json
import os
from urllib.request import urlopen

SERVER = json.loads(os.environ["OAUTH_SERVER"])
ISSUER = SERVER["issuer"]
CLIENTS = SERVER["clients"]
AUDIENCE, AUDIENCES = SERVER["audience"], SERVER["audiences"]
SCOPE, FORBIDDEN, WITHOUT_SCOPE = SERVER["scope"], SERVER["forbidden"], SERVER.get("withoutScope")
INTROSPECTABLE = SERVER["introspectable"]
ELSEWHERE = "https://elsewhere.example.test/"


def discover(document="oauth-authorization-server"):
    """The metadata of the server (RFC 8414)."""
    with urlopen(f"{ISSUER}/.well-known/{document}") as answer:
        return json.load(answer)
