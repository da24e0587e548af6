"""pgqueuer: install | bulk N | enqueue N CALLERS | work BATCH WORKERS | wake N, on the database of the first argument."""
import asyncio
import json
import sys
import time

import asyncpg
import uvloop
from measured import Measured
from pgqueuer import PgQueuer, Queries
from pgqueuer.db import AsyncpgDriver
from pgqueuer.types import QueueExecutionMode


async def queries(url):
    return Queries(AsyncpgDriver(await asyncpg.connect(url)))


async def bulk(url, count):
    mine = await queries(url)
    for _ in range(count // 1000):
        await mine.enqueue(["noop"] * 1000, [b'{"n": 1}'] * 1000, [0] * 1000)


async def enqueue(url, count, callers):
    async def call(mine):
        for _ in range(count // callers):
            await mine.enqueue("noop", b'{"n": 1}', 0)

    all_mine = [await queries(url) for _ in range(callers)]
    measured = Measured()
    await asyncio.gather(*(call(mine) for mine in all_mine))
    measured.touch()
    measured.report(count // callers * callers)


async def work(url, batch, workers):
    done = 0
    measured = Measured()

    def make(connection):
        queue = PgQueuer(AsyncpgDriver(connection))

        @queue.entrypoint("noop")
        async def noop(job):
            nonlocal done
            done += 1
            measured.touch()

        return queue

    queues = [make(await asyncpg.connect(url)) for _ in range(workers)]
    measured = Measured()
    await asyncio.gather(*(queue.run(batch_size=batch, mode=QueueExecutionMode.drain) for queue in queues))
    measured.report(done)


async def wake(url, count):
    arrived = {}
    queue = PgQueuer(AsyncpgDriver(await asyncpg.connect(url)))

    @queue.entrypoint("wake")
    async def handle(job):
        arrived[job.payload] = time.monotonic()

    worker = asyncio.create_task(queue.run())
    await asyncio.sleep(2)
    mine = await queries(url)
    times = []
    for number in range(count):
        await asyncio.sleep(0.03)
        name = str(number).encode()
        start = time.monotonic()
        await mine.enqueue("wake", name, 0)
        while name not in arrived and time.monotonic() - start < 10:
            await asyncio.sleep(0.0002)
        times.append(arrived.get(name, start + 10) - start)
    worker.cancel()
    return times


async def main():
    url, verb, *rest = sys.argv[1:]
    numbers = [int(word) for word in rest]
    if verb == "install":
        await (await queries(url)).install()
    elif verb == "bulk":
        await bulk(url, *numbers)
    elif verb == "wake":
        print(json.dumps({"times": await wake(url, *numbers)}))
    else:
        await {"enqueue": enqueue, "work": work}[verb](url, *numbers)


uvloop.run(main())
