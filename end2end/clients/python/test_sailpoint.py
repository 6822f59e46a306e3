"""PyPI sailpoint, unmodified: an SDK of a vendor that needs only a base URL, an id and a secret."""

import io
import unittest
from contextlib import redirect_stdout

from sailpoint import Configuration, ConfigurationParams
from server import CLIENTS, ISSUER


def configuration(client_id, client_secret):
    """The configuration that the SDK builds, and its output. The SDK reports errors only by printing them."""
    params = ConfigurationParams()
    params.base_url, params.client_id, params.client_secret = ISSUER, client_id, client_secret
    with redirect_stdout(io.StringIO()) as printed:
        return Configuration(params), printed.getvalue()


class SailPoint(unittest.TestCase):
    def test_it_gets_a_token_with_an_id_and_a_secret(self):
        client = CLIENTS["client_secret_post"]
        made, printed = configuration(client["client_id"], client["client_secret"])
        self.assertTrue(made.access_token, printed)

    def test_it_says_when_the_secret_is_wrong(self):
        made, printed = configuration(CLIENTS["client_secret_post"]["client_id"], "wrong")
        self.assertIsNone(made.access_token)
        self.assertIn("Unauthorized when retrieving access token", printed)


if __name__ == "__main__":
    unittest.main()
