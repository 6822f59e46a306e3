import os
import requests

def verify(token, scopes):
    reply = requests.post(
        "http://localhost:3000/v1/verify",
        headers={"Authorization": f"Bearer {os.environ['MINTMARK_VERIFIER']}"},
        json={"token": token, "scopes": scopes},
        timeout=10,
    )
    reply.raise_for_status()
    return reply.json()

verdict = verify(os.environ["PRESENTED"], ["credentials:read"])
print(verdict["code"])
