"""PyPI sailpoint, unmodified: a vendor's SDK that is told a base URL, an id and a secret, and does the rest."""

import io
import unittest
from contextlib import redirect_stdout

from sailpoint import Configuration, ConfigurationParams
from server import CLIENTS, ISSUER


def configuration(client_id, client_secret):
    """What the SDK makes of an id and a secret, and what it printed meanwhile: it reports errors in no other way."""
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
