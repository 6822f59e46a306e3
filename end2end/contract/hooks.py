"""Supplies what Schemathesis cannot know: existing objects, plausible values, and the token of the run.

The server rejects random ids and names early, with 404 and 422. So before sending, most valid requests get ids from
earlier responses and plausible values. The other requests stay unchanged.
"""

import atexit
import base64
import collections
import json
import os
import random
import re
import urllib.error
import urllib.request

import schemathesis
from schemathesis.core.parameters import ParameterLocation

RUN = json.loads(os.environ["SCHEMATHESIS_RUN"])
CHOICE = random.Random(RUN["seed"])
ID = re.compile(r"(pat|key|cli|usr|api|inv|rol|pol|sec)_[0-9a-hjkmnp-tv-z]{26}")
MANAGEMENT = ["credentials:read", "pats:write", "api_keys:write", "clients:write", "members:read", "audit:read", "apis:write",
              "keys:verify"]

# The latest ids and secrets of each kind from the responses.
found = collections.defaultdict(lambda: collections.deque(maxlen=24))
clients = collections.deque(maxlen=8)
keys = collections.deque(maxlen=8)
counts = collections.defaultdict(collections.Counter)


def learn(answer):
    if isinstance(answer, list):
        for one in answer:
            learn(one)
    elif isinstance(answer, dict):
        if answer.get("status") in ("revoked", "expired") and CHOICE.random() < 0.9:
            # Little can be done with it. Keep a few, to test the errors.
            forget([answer.get("id")])
            return
        if isinstance(answer.get("client_secret"), str):
            clients.append((answer["client_id"], answer["client_secret"]))
        for member, value in answer.items():
            if not isinstance(value, str):
                learn(value)
            elif value not in (RUN["credential"], RUN["token"]):
                for kind in kinds(answer, member, value):
                    if value not in found[kind]:
                        found[kind].append(value)


def kinds(answer, member, value):
    """The kinds of value that `value` can serve as later."""
    if ID.fullmatch(value):
        yield value[:3]
        if member == "id" and answer.get("object") == "service_account":
            yield "robot"
        if member == "id" and answer.get("auth_method") == "private_key_jwt":
            yield "signer"
    elif member in ("token", "kid", "next_cursor", "access_token"):
        yield member
    elif member == "name" and re.fullmatch(r"[a-z0-9._-]+:[a-z0-9._-]+", value):
        yield "scope"
    elif member == "id" and "method" in answer:
        yield "operation"


def forget(values):
    for kept in found.values():
        for value in values:
            if value in kept:
                kept.remove(value)


learn(RUN["known"])


def one_of(kind, otherwise="none"):
    if kind in STOCK and len(found[kind]) < 4:
        learn(call(*STOCK[kind]()))
    return CHOICE.choice(found[kind]) if found[kind] else otherwise


# Requests for new credentials, because the run revokes and deletes many. They expire early enough for the policies of
# the run.
STOCK = {
    "pat": lambda: ("/v1/me/tokens", {"name": "New", "scopes": MANAGEMENT, "expires_in": 3600}),
    "key": lambda: ("/v1/orgs/acme/api-keys", {"name": "New", "scopes": ["keys:verify"], "expires_in": 3600}),
    "cli": lambda: ("/v1/orgs/acme/clients", {"name": "New", **MACHINE}),
    "signer": lambda: ("/v1/orgs/acme/clients", {"name": "New", "auth_method": "private_key_jwt", "jwks": RUN["jwks"], **MACHINE}),
}
MACHINE = {"scopes": ["contacts:read"], "audiences": ["https://contacts.test"]}


def call(path, body):
    """The response to the token of the run, or nothing on an error. A policy of the run may forbid the request."""
    headers = {"Authorization": f"Bearer {RUN['token']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{RUN['url']}{path}", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError:
        return {}


def usually():
    return CHOICE.random() < 0.75


def credential():
    return one_of(CHOICE.choice(["pat", "key", "cli"]))


# Ids in a path, by the preceding path segment.
IDS = {
    "api-keys": lambda: one_of("key"),
    "apis": lambda: one_of("api"),
    "organization-authorizations": lambda: one_of("pat"),
    "clients": lambda: one_of("cli"),
    "credentials": credential,
    "exceptions": credential,
    "forward-auth": lambda: "orgs/acme/things",
    "invitations": lambda: one_of("inv"),
    "keys": lambda: one_of("kid"),
    "members": lambda: one_of("usr"),
    "operations": lambda: one_of("operation"),
    "orgs": lambda: "acme",
    "roles": lambda: one_of("rol"),
    "scopes": lambda: one_of("scope"),
    "service-accounts": lambda: one_of("robot"),
    "offboarding": lambda: one_of("usr"),
    "token-requests": credential,
    "tokens": lambda: one_of("pat"),
}


def scopes():
    return CHOICE.sample(MANAGEMENT + ["contacts:read", "contacts:write", one_of("scope")], CHOICE.randint(1, 3))


def time():
    return CHOICE.choice(["2001-01-01T00:00:00Z", "2099-12-31T23:59:59.999Z", "2030-02-03T04:05:06+07:00"])


def number():
    return CHOICE.choice([0, 1, 2, 59, 60, 3600, 86400, 604800, 2**31 - 1, 2**31, 2**63 - 1])


def name():
    return CHOICE.choice(["Nightly export", "ünï ☃", "a", "x" * 200, "y" * 201, f"name {CHOICE.randint(1, 10**6)}"])


# Values for members of bodies and for query parameters, by name. Each is a function without arguments.
VALUES = {
    "access_token_seconds": lambda: CHOICE.choice([60, 300, 3600, 86400]),
    "acknowledge_no_expiry": lambda: True,
    "actor": lambda: one_of("usr"),
    "after": time,
    "api": lambda: CHOICE.choice(["https://contacts.test", one_of("api")]),
    "assertion": lambda: one_of("access_token"),
    "audience": lambda: CHOICE.choice(["https://contacts.test", f"https://{CHOICE.randint(1, 10**9)}.test"]),
    "audiences": lambda: CHOICE.choice([[], ["https://contacts.test"], ["https://contacts.test", f"{RUN['url']}/v1"]]),
    "before": time,
    "creators": lambda: CHOICE.choice([["owner"], ["owner", "admin", "member"], []]),
    "credential_id": credential,
    "cursor": lambda: one_of("next_cursor"),
    "days": number,
    "email": lambda: f"{CHOICE.randint(1, 10**9)}@acme.test",
    "ends_at": lambda: CHOICE.choice([time(), "2027-01-15T00:00:00Z"]),
    "env": lambda: CHOICE.choice(["live", "test"]),
    "expires_at": lambda: CHOICE.choice([None, time()]),
    "expires_before": time,
    "expires_in": lambda: CHOICE.choice([None, 60, 3600, 604800]),
    "from": lambda: CHOICE.choice([time(), "2026-11-01", "2026-12-01"]),
    "grace_days": number,
    "grace_ends_at": time,
    "grant_types": lambda: CHOICE.choice([["client_credentials"], ["urn:ietf:params:oauth:grant-type:token-exchange"]]),
    "id": lambda: f"thing.{CHOICE.randint(1, 10**6)}",
    "idle_days_gte": number,
    "ids": lambda: [credential() for _ in range(CHOICE.randint(1, 3))],
    "If-Match": lambda: CHOICE.choice(["*", '"1"', 'W/"1"']),
    "ip": lambda: CHOICE.choice(["127.0.0.1", "::1", "::ffff:10.0.0.1"]),
    "ip_allowlist": lambda: CHOICE.choice([[], ["127.0.0.0/8", "::/0"], ["10.1.2.3"]]),
    "justification": lambda: "For the nightly export",
    "kind": lambda: CHOICE.choice(["pat", "api_key", "client"]),
    "limit": lambda: CHOICE.choice([1, 2, 50, 200]),
    "max_idle_days": lambda: CHOICE.choice([None, 30, 365]),
    "max_lifetime_seconds": lambda: CHOICE.choice([None, 86400, 31536000]),
    "method": lambda: CHOICE.choice(["GET", "POST", "DELETE"]),
    "name": name,
    "networks": lambda: CHOICE.choice([[], ["127.0.0.0/8", "::1/128"]]),
    "notice_days": lambda: CHOICE.choice([None, 0, 1, 30]),
    "operation": lambda: one_of("operation"),
    "org": lambda: "acme",
    "owner": lambda: one_of("usr"),
    "path": lambda: CHOICE.choice(["/things", "/things/{thing}", "/a/{b}/c/{d}"]),
    "principal": lambda: CHOICE.choice(["pat", "api_key", "client", credential()]),
    "q": lambda: CHOICE.choice(["a", "Nightly", "%_"]),
    "reach": lambda: CHOICE.choice(["everyone", "own"]),
    "resources": lambda: CHOICE.choice([[], ["contact:1"], ["contact:*"]]),
    "role": lambda: CHOICE.choice(["admin", "member", "viewer", one_of("rol")]),
    "scope": lambda: CHOICE.choice(["contacts:read", one_of("scope")]),
    "scopes": scopes,
    "status": lambda: CHOICE.choice(["active", "disabled", "revoked", "expired"]),
    "grace_period_days": lambda: CHOICE.choice([0, 1, 30]),
    "target": credential,
    "to": lambda: CHOICE.choice([one_of("usr"), "2026-12-02"]),
    "token": lambda: one_of("token"),
}


def sensible(value):
    """`value` with plausible values for most of its members."""
    if isinstance(value, list):
        return [sensible(one) for one in value]
    if not isinstance(value, dict):
        return value
    changed = {}
    for member, inside in value.items():
        plain = not (isinstance(inside, dict) and member in ("scopes", "kind"))
        changed[member] = VALUES[member]() if member in VALUES and plain and usually() else sensible(inside)
    return changed


def valid(case, part):
    """Whether this part of the request matches the document. Deliberately invalid parts stay invalid."""
    component = case.meta and case.meta.components.get(part)
    return component is None or component.mode.is_positive


def fill(case):
    if valid(case, ParameterLocation.PATH):
        for before, parameter in re.findall(r"/([^/{}]+)/\{([^}]+)\}", case.path):
            if before in IDS and usually() and parameter in case.path_parameters:
                case.path_parameters[parameter] = IDS[before]()
        if "/clients/{id}/keys" in case.path and usually():
            case.path_parameters["id"] = one_of("signer")
        if operation_id(case) == "clients.keys.remove" and keys and usually():
            case.path_parameters["id"], case.path_parameters["kid"] = CHOICE.choice(keys)
    if valid(case, ParameterLocation.QUERY):
        case.query.update({one: value() for one, value in VALUES.items() if one in case.query and usually()})
    if CHOICE.random() < 0.5:
        case.headers.pop("If-Match", None)
    if valid(case, ParameterLocation.BODY) and case.operation.body and usually():
        operation = operation_id(case)
        if operation in WHOLE and CHOICE.random() < 0.5:
            case.body = WHOLE[operation]()
        elif operation in EDITED and CHOICE.random() < 0.3:
            case.body = {"name": name(), "ip_allowlist": []}
        else:
            case.body = sensible(case.body)


def scope():
    return f"things:{CHOICE.randint(1, 10**9)}"


def uri():
    return f"https://{CHOICE.randint(1, 10**9)}.test"


def credentials(**more):
    return {"name": name(), "scopes": scopes(), **more}


def operation():
    return {"id": f"things.{CHOICE.randint(1, 10**9)}", "method": "GET", "path": f"/things/{CHOICE.randint(1, 10**9)}",
            "scopes": {"any": ["contacts:read"]}}


def imported():
    verb = {"operationId": f"thing{CHOICE.randint(1, 10**9)}", "security": [{"oauth": [scope()]}], "responses": {}}
    flows = {"clientCredentials": {"tokenUrl": "/token", "scopes": {scope(): "A thing"}}}
    return {"openapi": "3.1.0", "info": {"title": "Things", "version": "1"},
            "paths": {f"/things/{CHOICE.randint(1, 10**9)}": {"get": verb}},
            "components": {"securitySchemes": {"oauth": {"type": "oauth2", "flows": flows}}}}


# Complete bodies that the server should accept, for operations where single members are not enough.
WHOLE = {
    "api_keys.issue": lambda: credentials(expires_in=604800),
    "apis.create": lambda: {"name": "Things", "audience": uri(), "scopes": [{"name": scope()}]},
    "apis.edit": lambda: {"name": name(), "access_token_seconds": 300},
    "apis.import": imported,
    "apis.operations.add": operation,
    "apis.scopes.add": lambda: {"name": scope(), "title": "A thing"},
    "clients.issue": lambda: credentials(audiences=["https://contacts.test"], scopes=["contacts:read"]),
    "clients.keys.add": lambda: {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(CHOICE.randbytes(32)).decode()[:43]},
    "credentials.find": lambda: {"token": one_of("token")},
    "invitations.create": lambda: {"email": f"{CHOICE.randint(1, 10**9)}@acme.test", "role": "member"},
    "me.tokens.issue": lambda: credentials(expires_in=604800),
    "members.change_role": lambda: {"role": CHOICE.choice(["member", "viewer"])},
    "oauth.introspect": lambda: {"token": one_of(CHOICE.choice(["access_token", "token"]))},
    "oauth.revoke": lambda: {"token": one_of("access_token")},
    "oauth.token": lambda: {"grant_type": "client_credentials", "scope": "contacts:read"},
    "policies.exceptions.grant": lambda: {"credential_id": credential(), "ends_at": "2027-01-15T00:00:00Z", "note": "For now"},
    "roles.create": lambda: {"name": f"Role {CHOICE.randint(1, 10**9)}", "reach": "own", "scopes": ["contacts:read"]},
    "roles.edit": lambda: {"name": f"Role {CHOICE.randint(1, 10**9)}"},
    "service_accounts.create": lambda: {"name": name(), "role": "member"},
    "service_accounts.tokens.issue": lambda: credentials(expires_in=604800, scopes=["contacts:read"]),
}
EDITED = ("me.tokens.edit", "api_keys.edit", "clients.edit")


def present(case):
    """Presents the token of the run in most requests, else another one of the organization, or none."""
    operation = operation_id(case)
    luck = CHOICE.random()
    token = RUN["token"] if luck < 0.92 else one_of("token") if luck < 0.97 else None
    if operation in ("me.credential.revoke", "me.credential.roll"):
        # These operations end the secret of the caller.
        token = call(*STOCK["pat"]()).get("token")
    elif operation.startswith("oauth.") and usually():
        case.headers["Authorization"] = "Basic " + base64.b64encode(":".join(CHOICE.choice(clients)).encode()).decode()
        return
    if token:
        case.headers.setdefault("Authorization", f"Bearer {token}")


def disturb(case, kwargs):
    """Sometimes sends a body outside all schemas to an operation that changes something: empty, truncated, too large,
    or of another type. The curl command that Schemathesis prints lacks this body.
    """
    if case.method in ("POST", "PUT", "PATCH", "DELETE") and CHOICE.random() < 0.03:
        kwargs["data"] = CHOICE.choice([b"", b"{", b"null", b'"\xff"', b" " * 70_000])
        case.headers["Content-Type"] = CHOICE.choice(["application/json", "text/plain", "application/json; charset=utf-16"])


def operation_id(case):
    return case.operation.definition.raw["operationId"]


def without_own(value):
    """`value` without the id of the run's token, because disabling, narrowing or revoking that token would end the
    run.
    """
    if isinstance(value, str):
        return value.replace(RUN["credential"], one_of("pat"))
    if isinstance(value, list):
        return [without_own(one) for one in value]
    if isinstance(value, dict):
        return {member: without_own(inside) for member, inside in value.items()}
    return value


def protect(case):
    """Keeps the token of the run valid. Every operation is still tested, with other objects."""
    case.path_parameters = without_own(case.path_parameters)
    case.body = without_own(case.body)
    operation = operation_id(case)
    if isinstance(case.body, dict):
        if operation == "credentials.bulk" and isinstance(case.body.get("filter"), dict):
            # A filter can match every token of the organization. The token of the run is not an API key.
            case.body["filter"]["kind"] = "api_key"
        if operation == "policies.change" and case.body.get("acknowledge_own_credential") and case.body.get("kind") == "pat":
            # Otherwise the server would let the caller lock itself out.
            case.body["acknowledge_own_credential"] = False


@schemathesis.hook
def before_call(context, case, kwargs):
    fill(case)
    protect(case)
    present(case)
    disturb(case, kwargs)


@schemathesis.hook
def after_call(context, case, response):
    counts[case.operation.label][response.status_code] += 1
    if response.status_code in (200, 201):
        try:
            answer = response.json()
        except ValueError:
            return
        learn(answer)
        if operation_id(case) == "clients.keys.add":
            keys.extend((case.path_parameters["id"], kid) for kid in re.findall(r'"kid": ?"([^"]+)"', response.text))
    elif response.status_code == 204:
        forget(case.path_parameters.values())


@atexit.register
def report():
    with open(RUN["counts"], "w") as file:
        json.dump(counts, file)
