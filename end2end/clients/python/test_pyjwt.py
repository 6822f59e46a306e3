"""PyPI PyJWT, unmodified: as an API that verifies access tokens with the published keys."""

import json
import unittest
from base64 import b64encode
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import jwt
from server import AUDIENCE, AUDIENCES, ELSEWHERE, ISSUER, SCOPE, SERVER, discover

METADATA = discover()
REQUIRED = ["iss", "aud", "sub", "client_id", "iat", "exp", "jti"]


def access_token(resource):
    client = SERVER["everyAudience"]
    form = {"grant_type": "client_credentials", "scope": SCOPE, "resource": resource}
    request = Request(METADATA["token_endpoint"], urlencode(form).encode())
    credentials = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    request.add_header("Authorization", f"Basic {credentials}")
    with urlopen(request) as answer:
        return json.load(answer)["access_token"]


class PyJwt(unittest.TestCase):
    def setUp(self):
        self.keys = jwt.PyJWKClient(METADATA["jwks_uri"])

    def decode(self, token, **changes):
        key = self.keys.get_signing_key_from_jwt(token)
        expected = {"algorithms": [key.algorithm_name], "audience": AUDIENCE, "issuer": ISSUER, **changes}
        return jwt.decode(token, key, options={"require": REQUIRED, "strict_aud": True}, **expected)

    def test_it_verifies_access_tokens_of_every_algorithm(self):
        for alg, audience in AUDIENCES.items():
            with self.subTest(alg=alg):
                token = access_token(audience)
                header = jwt.get_unverified_header(token)
                self.assertEqual((header["alg"], header["typ"]), (alg, "at+jwt"))
                claims = self.decode(token, audience=audience, algorithms=[alg])
                self.assertEqual((claims["client_id"], claims["scope"]), (SERVER["everyAudience"]["client_id"], SCOPE))

    def test_it_refuses_a_token_for_another_api_from_another_issuer_or_of_another_algorithm(self):
        token = access_token(AUDIENCE)
        self.decode(token)
        with self.assertRaises(jwt.InvalidAudienceError):
            self.decode(token, audience=AUDIENCES["RS256"])
        with self.assertRaises(jwt.InvalidIssuerError):
            self.decode(token, issuer=ELSEWHERE)
        with self.assertRaises(jwt.InvalidAlgorithmError):
            self.decode(token, algorithms=["RS256"])


if __name__ == "__main__":
    unittest.main()
