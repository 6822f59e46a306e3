import os
import requests

reply = requests.post(
    "http://localhost:3000/oauth/token",
    auth=(os.environ["MINTMARK_CLIENT_ID"], os.environ["MINTMARK_CLIENT_SECRET"]),
    data={"grant_type": "client_credentials"},
    timeout=10,
)
reply.raise_for_status()
print(reply.text)
