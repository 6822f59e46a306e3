"""PyPI Authlib, unmodified: as a client, and as an API that verifies access tokens (RFC 9068)."""

import unittest

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6750.errors import InvalidTokenError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068 import JWTBearerTokenValidator
from joserfc.jwk import KeySet, import_key
from server import (
    AUDIENCE,
    AUDIENCES,
    CLIENTS,
    ELSEWHERE,
    FORBIDDEN,
    INTROSPECTABLE,
    ISSUER,
    SCOPE,
    WITHOUT_SCOPE,
    discover,
)

METADATA = AuthorizationServerMetadata(discover())


class Validator(JWTBearerTokenValidator):
    """The validator of an API."""

    def get_jwks(self):
        return KeySet.import_key_set(requests.get(METADATA["jwks_uri"]).json())


def session(method, scope=None, alg="ES256", **changes):
    """A client that authenticates with `method`."""
    client = {**CLIENTS[method], **changes}
    secret = client.get("client_secret") or import_key(client["keys"][alg])
    made = OAuth2Session(
        client["client_id"],
        secret,
        scope=scope,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        token_endpoint=METADATA["token_endpoint"],
        grant_type="client_credentials",
    )
    if method == "private_key_jwt":
        made.register_client_auth_method(PrivateKeyJWT(METADATA["token_endpoint"], alg=alg))
    return made


class Authlib(unittest.TestCase):
    def test_it_accepts_the_metadata(self):
        METADATA.validate()
        self.assertEqual(METADATA["issuer"], ISSUER)
        self.assertEqual(discover("openid-configuration")["issuer"], ISSUER)

    def test_it_gets_introspects_and_revokes_tokens(self):
        for method in CLIENTS:
            for resource in INTROSPECTABLE:
                for asked in (SCOPE, "contacts:read", None):
                    with self.subTest(method=method, resource=resource, scope=asked), session(method, asked) as client:
                        token = client.fetch_token(**({"resource": resource} if resource else {}))
                        scope = asked or WITHOUT_SCOPE
                        self.assertEqual(token.get("scope"), scope)
                        self.assertFalse(token.is_expired())
                        self.assertNotIn("refresh_token", token)
                        answer = self.introspect(client)
                        self.assertIs(answer["active"], True)
                        self.assertEqual((answer["client_id"], answer.get("scope")), (client.client_id, scope))
                        revoked = client.revoke_token(METADATA["revocation_endpoint"], client.token["access_token"])
                        self.assertEqual(revoked.status_code, 200)
                        self.assertEqual(self.introspect(client), {"active": False})

    def introspect(self, client):
        return client.introspect_token(METADATA["introspection_endpoint"], client.token["access_token"]).json()

    def test_its_validator_accepts_a_token_at_its_api_and_at_no_other(self):
        for method in CLIENTS:
            with self.subTest(method=method), session(method, SCOPE) as client:
                token = client.fetch_token(resource=AUDIENCE)["access_token"]
                here = Validator(ISSUER, AUDIENCE)
                claims = here.authenticate_token(token)
                here.validate_token(claims, ["contacts:read"], None)
                self.assertEqual(claims["sub"], client.client_id)
                for elsewhere in (Validator(ISSUER, AUDIENCES["RS256"]), Validator(ELSEWHERE, AUDIENCE)):
                    with self.assertRaises(InvalidTokenError):
                        elsewhere.validate_token(elsewhere.authenticate_token(token), [], None)

    def test_it_authenticates_with_every_kind_of_key(self):
        for alg in CLIENTS["private_key_jwt"]["keys"]:
            with self.subTest(alg=alg), session("private_key_jwt", SCOPE, alg) as client:
                self.assertEqual(client.fetch_token()["scope"], SCOPE)

    def test_it_raises_with_the_error_of_the_standard(self):
        for method in CLIENTS:
            with self.subTest(method=method), session(method) as client:
                self.refused("invalid_scope", client, scope=FORBIDDEN)
                self.refused("invalid_target", client, scope=SCOPE, resource=ELSEWHERE)
                self.refused("unsupported_grant_type", client, grant_type="urn:example:unheard-of")
        for method in ("client_secret_basic", "client_secret_post"):
            with self.subTest(method=method), session(method, client_secret="wrong") as client:
                self.refused("invalid_client", client)

    def refused(self, error, client, **parameters):
        with self.assertRaises(AuthlibBaseError) as raised:
            client.fetch_token(**parameters)
        self.assertEqual(raised.exception.error, error)


if __name__ == "__main__":
    unittest.main()
