"""One question to the portal, with the token and without."""

import sys

from portal_client import AuthenticatedClient
from portal_client.api.declarations import declarations_find
from portal_client.models import Failure, Listing

url, token = sys.argv[1:]
found = declarations_find.sync(client=AuthenticatedClient(base_url=url, token=token), kind="exhibition")
assert isinstance(found, Listing)
assert found.total == 1
stranger = declarations_find.sync(client=AuthenticatedClient(base_url=url, token="tgp_x"), kind="exhibition")
assert isinstance(stranger, Failure)
assert stranger.status == 401
print("ok", found.rows[0].seq_no)
