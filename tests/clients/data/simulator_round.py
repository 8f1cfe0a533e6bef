"""One round with the simulator: hand in a message, read the answer, let time pass, fetch the receipt."""

import sys
from io import BytesIO
from pathlib import Path

from simulator_client import AuthenticatedClient
from simulator_client.api.control import post_control_clock_advance
from simulator_client.api.messages import get_v1_messages_by_message_id, post_v1_messages
from simulator_client.api.receipts import get_v1_receipts, get_v1_receipts_by_sequence
from simulator_client.models import Advance, Refused, Standing
from simulator_client.types import File

url, file, message_id = sys.argv[1:]
# The generator knows no token that may be left out.
client = AuthenticatedClient(base_url=url, token="none")
answer = post_v1_messages.sync(client=client, body=File(payload=BytesIO(Path(file).read_bytes())))
assert isinstance(answer, File)
assert b"<DealFlag>0</DealFlag>" in answer.payload.read()
standing = get_v1_messages_by_message_id.sync(message_id, client=client)
assert isinstance(standing, Standing)
assert standing.taken is True
assert not isinstance(post_control_clock_advance.sync(client=client, body=Advance(seconds=259_200)), Refused | None)
receipts = get_v1_receipts.sync(client=client, after=0)
assert isinstance(receipts, list)
receipt = get_v1_receipts_by_sequence.sync(receipts[0].sequence, client=client)
assert isinstance(receipt, File)
assert b"<" in receipt.payload.read()
missing = get_v1_messages_by_message_id.sync("none", client=client)
assert isinstance(missing, Refused)
assert missing.error.zh
print("ok", receipts[0].sequence)
