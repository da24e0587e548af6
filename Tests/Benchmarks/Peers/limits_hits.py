"""The package `limits`: STORE (a socket or "memory") STRATEGY HITS, always allowed, over 10,000 keys on a server."""
import sys

import limits
from measured import Measured

store, name, hits = sys.argv[1], sys.argv[2], int(sys.argv[3])
storage = limits.storage.storage_from_string("memory://" if store == "memory" else "redis+unix://" + store)
strategy = {
    "fixed": limits.strategies.FixedWindowRateLimiter,
    "moving": limits.strategies.MovingWindowRateLimiter,
    "sliding": limits.strategies.SlidingWindowCounterRateLimiter,
}[name](storage)
item = limits.parse("1000000/minute")
keys = [f"{name}{number}" for number in range(10_000)]
measured = Measured()
for number in range(hits):
    if not strategy.hit(item, keys[number % 10_000]):
        sys.exit("denied")
measured.touch()
measured.report(hits)
