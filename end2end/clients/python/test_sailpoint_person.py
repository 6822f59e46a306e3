"""PyPI sailpoint, unmodified, with a personal access token. It calls the API as that person."""

import unittest

import jwt
from sailpoint import ApiClient, Configuration, ConfigurationParams
from server import ISSUER, SERVER

PERSON = SERVER["person"]


class SailPointPerson(unittest.TestCase):
    def test_its_token_is_the_persons_and_opens_the_api(self):
        params = ConfigurationParams()
        params.base_url, params.client_id, params.client_secret = ISSUER, PERSON["id"], PERSON["token"]
        configuration = Configuration(params)
        claims = jwt.decode(configuration.access_token, options={"verify_signature": False})
        self.assertEqual((claims["sub"], claims["sub_type"]), (PERSON["user_id"], "user"))
        with ApiClient(configuration) as api:
            answer = api.call_api(*api.param_serialize("GET", "/v1/me")[:3])
            self.assertEqual(answer.status, 200)


if __name__ == "__main__":
    unittest.main()
