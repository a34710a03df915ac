"""Checks a running SCIM server with scim2-tester, which knows nothing of ours.

Standard input is one JSON object: `base`, the address of the service, and `token`, which is sent as the bearer token. The
tester reads the discovery documents, and then creates, reads, replaces, patches and deletes resources of every type that
it discovered.

Prints one JSON object: how many checks ended with which status, and every check that did not pass, with its reason.
"""

import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

PASSED = {Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE}


def main():
    asked = json.load(sys.stdin)
    headers = {"Authorization": f"Bearer {asked['token']}"}
    # The proxies of the environment are for other hosts than this machine.
    with Client(base_url=asked["base"], headers=headers, timeout=60, trust_env=False) as http:
        results = check_server(SyncSCIMClient(http))
    statuses, failed = {}, []
    for result in results:
        statuses[result.status.name] = statuses.get(result.status.name, 0) + 1
        if result.status not in PASSED:
            about = f"{result.resource_type or 'server'}: {result.title}: {result.status.name}"
            failed.append(f"{about}: {result.reason}: {str(result.data)[:600]}")
    print(json.dumps({"statuses": statuses, "failed": failed}))


main()
