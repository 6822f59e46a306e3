"""The verdicts of PyJWT on many tokens. Reads a JSON object and writes a JSON list with "accepted" or an error name
for each.
"""

import json
import sys

import jwt


def verdict(token, keys, expected):
    try:
        header = jwt.get_unverified_header(token)
        key = next(key for key in keys if header.get("kid") is None or key.key_id == header["kid"])
        options = {"require": expected["required"]}
        made = jwt.decode_complete(
            token, key, [key.algorithm_name], options, audience=expected["audience"], issuer=expected["issuer"]
        )
        if expected["typ"] and made["header"].get("typ") != expected["typ"]:  # PyJWT leaves this to the API
            return "typ"
        return "accepted"
    except Exception as error:  # whatever it is, an API would not let the token in
        return type(error).__name__


def main():
    asked = json.load(sys.stdin)
    keys = jwt.PyJWKSet.from_dict(asked["jwks"]).keys
    json.dump([verdict(token, keys, asked["expected"]) for token in asked["tokens"]], sys.stdout)


main()
