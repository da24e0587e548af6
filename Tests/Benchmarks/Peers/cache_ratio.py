"""Hit ratios of a trace of 32-bit keys: FILE CAPACITY, for a plain LRU and for theine's W-TinyLFU."""
import array
import json
import sys

import cachetools
import theine

trace = array.array("I")
with open(sys.argv[1], "rb") as file:
    trace.frombytes(file.read())
capacity = int(sys.argv[2])


def lru():
    cache = cachetools.LRUCache(capacity)
    hits = 0
    for key in trace:
        if cache.get(key) is None:
            cache[key] = True
        else:
            hits += 1
    return hits / len(trace)


def tiny_lfu():
    cache = theine.Cache(capacity)
    hits = 0
    for key in trace:
        value, found = cache.get(key)
        if found:
            hits += 1
        else:
            cache.set(key, True)
    return hits / len(trace)


print(json.dumps({"lru": lru(), "tinylfu": tiny_lfu()}))
