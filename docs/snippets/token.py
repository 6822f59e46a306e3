import os
import requests

reply = requests.get(
    "http://localhost:3000/v1/me",
    headers={"Authorization": f"Bearer {os.environ['MINTMARK_TOKEN']}"},
    timeout=10,
)
reply.raise_for_status()
print(reply.text)
