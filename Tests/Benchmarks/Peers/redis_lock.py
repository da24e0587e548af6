"""The lock of redis-py, taken and given back in turn: SOCKET PAIRS."""
import sys

import redis
from measured import Measured

client = redis.Redis(unix_socket_path=sys.argv[1])
pairs = int(sys.argv[2])
client.ping()
measured = Measured()
for _ in range(pairs):
    lock = client.lock("bench:lock", timeout=30)
    if not lock.acquire(blocking=False):
        sys.exit("the lock is held")
    lock.release()
measured.touch()
measured.report(pairs)
