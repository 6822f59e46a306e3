import os
import requests

reply = requests.get(
    "http://localhost:3000/v1/orgs/acme/api-keys",
    headers={"X-API-Key": os.environ["MINTMARK_API_KEY"]},
    timeout=10,
)
reply.raise_for_status()
print(reply.text)
