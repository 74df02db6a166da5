"""One attempt of a job, as docs/reports.md describes it: taken, kept with signs of life, and told of by reports."""

import json
import threading
import uuid

from redis_client import Redis

SIGN_SECONDS = 1
HOLD_SECONDS = 5
TAKEN_SECONDS = 86_400


class Attempt:
    def __init__(self, url, offer, worker):
        self.url = url
        self.redis = Redis(url)
        self.worker = worker
        self.input = offer["input"]
        self.checkpoint = offer["checkpoint"]
        self.job_id, self.user_id, self.number = offer["jobId"], offer["userId"], str(offer["attempt"])
        key = "hw:{job:%s}" % self.job_id
        self.fence, self.taken, self.alive = (
            f"{key}:fence:{self.job_id}",
            f"{key}:taken:{self.number}",
            f"{key}:alive:{self.number}",
        )
        # Set when the attempt is over, whatever has ended it.
        self.stopped = threading.Event()

    def take(self):
        """False where the attempt has ended meanwhile, or another worker was first."""
        if self.redis.call("GET", self.fence) != self.number:
            return False
        self.redis.call("SET", self.taken, self.worker, "NX", "EX", TAKEN_SECONDS)
        if self.redis.call("GET", self.taken) != self.worker:
            return False
        self.redis.call("SET", self.alive, self.worker, "EX", HOLD_SECONDS)
        for watch in (self.keep, self.listen):
            threading.Thread(target=watch, daemon=True).start()
        return True

    def keep(self):
        """Says that the worker is at it, and sees when it need not be. A fence that is missing comes back: Redis has forgotten it."""
        redis = Redis(self.url)
        while not self.stopped.wait(SIGN_SECONDS):
            if redis.call("GET", self.fence) not in (self.number, None):
                self.stopped.set()
            else:
                redis.call("SET", self.taken, self.worker, "EX", TAKEN_SECONDS)
                redis.call("SET", self.alive, self.worker, "EX", HOLD_SECONDS)
        redis.close()

    def listen(self):
        """Hears a cancel at once. Where it does not, the fence tells."""
        redis = Redis(self.url)
        try:
            redis.call("SUBSCRIBE", f"job:cancel:{self.job_id}")
            while not self.stopped.is_set():
                try:
                    redis.read()
                    self.stopped.set()
                except TimeoutError:
                    redis.close()
                    redis.call("SUBSCRIBE", f"job:cancel:{self.job_id}")
        except OSError:
            pass

    def report(self, kind, **fields):
        """Adds an entry to the stream that the servers read. Sent twice under its id, it counts once."""
        entry = {"v": 1, "id": uuid.uuid4(), "kind": kind, "attempt": self.number, **fields}
        entry |= {"jobId": self.job_id, "userId": self.user_id}
        self.redis.call("XADD", "hw:{reports}", "*", *(part for field in entry.items() for part in field))

    def progress(self, percent, label):
        self.report("progress", progress=percent, label=label)

    def chunk(self, text):
        self.report("chunk", text=text)

    def save(self, step, data):
        self.report("checkpoint", step=step, data=json.dumps(data))

    def complete(self, result, duration_ms):
        self.report("complete", result=json.dumps(result), durationMs=duration_ms)

    def fail(self, message, retryable):
        self.report("error", message=message, retryable=int(retryable))
