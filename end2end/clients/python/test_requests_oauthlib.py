"""PyPI requests-oauthlib, unmodified. It raises an error if a reply has another scope than the request."""

import unittest

from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error, InvalidClientError, InvalidScopeError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session
from server import CLIENTS, ELSEWHERE, FORBIDDEN, INTROSPECTABLE, SCOPE, WITHOUT_SCOPE, discover

METADATA = discover()


def basic(client_id, client_secret):
    return {"auth": HTTPBasicAuth(client_id, client_secret)}


def body(_client_id, client_secret):
    return {"client_secret": client_secret, "include_client_id": True}


WAYS = {"client_secret_basic": basic, "client_secret_post": body}


def fetch(method, scope=None, **parameters):
    """A session with a token."""
    client = CLIENTS[method]
    secret = parameters.pop("client_secret", client["client_secret"])
    session = OAuth2Session(client=BackendApplicationClient(client["client_id"], scope=scope and scope.split(" ")))
    session.fetch_token(METADATA["token_endpoint"], **WAYS[method](client["client_id"], secret), **parameters)
    return session


class RequestsOAuthlib(unittest.TestCase):
    def test_it_gets_tokens_with_exactly_the_scope_it_asked_for_until_they_are_revoked(self):
        for method in WAYS:
            for resource in INTROSPECTABLE:
                for asked in (SCOPE, "contacts:read", "contacts:write contacts:read", None):
                    with self.subTest(method=method, resource=resource, scope=asked):
                        self.live_and_revoke(method, asked, {"resource": resource} if resource else {})

    def live_and_revoke(self, method, asked, parameters):
        with fetch(method, asked, **parameters) as session:
            expected = (asked or WITHOUT_SCOPE or "").split()
            self.assertTrue(session.authorized)
            self.assertEqual(sorted(session.token.get("scope", [])), sorted(expected))
            self.assertNotIn("refresh_token", session.token)
            self.assertIs(self.introspect(session)["active"], True)
            client = session._client  # the session has no method for revoking; the client it wraps has
            url, headers, form = client.prepare_token_revocation_request(
                METADATA["revocation_endpoint"], session.token["access_token"]
            )
            self.assertEqual(self.post(session, url, data=form, headers=headers).status_code, 200)
            self.assertEqual(self.introspect(session), {"active": False})

    def introspect(self, session):
        form = {"token": session.token["access_token"]}
        return self.post(session, METADATA["introspection_endpoint"], data=form).json()

    def post(self, session, url, **request):
        client = CLIENTS["client_secret_basic"]
        return session.post(url, auth=(client["client_id"], client["client_secret"]), withhold_token=True, **request)

    def test_it_raises_its_own_errors(self):
        for method in WAYS:
            with self.subTest(method=method):
                with self.assertRaises(InvalidScopeError):
                    fetch(method, FORBIDDEN)
                with self.assertRaises(CustomOAuth2Error) as raised:
                    fetch(method, SCOPE, resource=ELSEWHERE)
                self.assertEqual(raised.exception.error, "invalid_target")
                with self.assertRaises(InvalidClientError) as raised:
                    fetch(method, SCOPE, client_secret="wrong")
                self.assertEqual(raised.exception.error, "invalid_client")


if __name__ == "__main__":
    unittest.main()
