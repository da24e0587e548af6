"""procrastinate: install | bulk N | enqueue N CALLERS | work CONCURRENCY, on the database of the first argument."""
import asyncio
import logging
import sys

import procrastinate
from measured import Measured

url, verb, *rest = sys.argv[1:]
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=10, max_size=20))
done = 0
measured = Measured()


@app.task(queue="bench")
async def noop(n):
    global done
    done += 1
    measured.touch()


async def enqueue(count, callers):
    async def call():
        for _ in range(count // callers):
            await noop.defer_async(n=1)

    await noop.defer_async(n=1)
    measured = Measured()
    await asyncio.gather(*(call() for _ in range(callers)))
    measured.touch()
    measured.report(count // callers * callers)


async def work(concurrency):
    global measured
    measured = Measured()
    await app.run_worker_async(concurrency=concurrency, wait=False, install_signal_handlers=False)
    measured.report(done)


async def main():
    logging.disable(logging.CRITICAL)
    numbers = [int(word) for word in rest]
    async with app.open_async():
        if verb == "install":
            await app.schema_manager.apply_schema_async()
        elif verb == "bulk":
            for _ in range(numbers[0] // 1000):
                await noop.batch_defer_async(*[{"n": 1}] * 1000)
        else:
            await {"enqueue": enqueue, "work": work}[verb](*numbers)


asyncio.run(main())
