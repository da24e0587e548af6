"""What the scripts beside this one measure with: time and this process's own processor time, printed as one JSON line."""
import json
import time


class Measured:
    def __init__(self):
        self.start = time.monotonic()
        self.cpu = time.process_time()
        self.end = self.start

    def touch(self):
        """Moves the end to now."""
        self.end = time.monotonic()

    def report(self, count):
        print(json.dumps({
            "count": count, "seconds": self.end - self.start, "cpu": time.process_time() - self.cpu,
        }))
