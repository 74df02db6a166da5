"""A worker of the operation "transcribe": it pretends to, and does everything else that a worker does."""

import json
import os
import sys
import time

from attempt import Attempt
from redis_client import Redis

URL = os.environ.get("REDIS_URL", "redis://localhost:6379")
WORKER = f"transcriber-{os.getpid()}-{time.time_ns()}"


def transcribe(attempt):
    """Returns the result, or None where the attempt was over before."""
    sections = attempt.input["sections"]
    done = attempt.checkpoint["data"]["done"] if attempt.checkpoint else 0
    for section in range(done + 1, sections + 1):
        if attempt.stopped.wait(attempt.input["sectionMs"] / 1_000):
            return None
        attempt.chunk(f"Section {section}: what was said.\n")
        attempt.progress(100 * section // sections, f"Section {section} of {sections}")
        attempt.save(f"section-{section}", {"done": section})
    return {"sections": sections}


def run(attempt):
    started_at = time.monotonic()
    try:
        result = transcribe(attempt)
        if result is not None:
            attempt.complete(result, int((time.monotonic() - started_at) * 1_000))
    except Exception as error:
        attempt.fail(str(error), retryable=True)
    finally:
        attempt.stopped.set()


def main():
    redis = Redis(URL)
    print(f"{WORKER} waits for work", flush=True)
    while True:
        found = redis.call("BRPOP", "hw:{work:transcribe}", 5)
        if found is None:
            continue
        attempt = Attempt(URL, json.loads(found[1]), WORKER)
        if attempt.take():
            print(f"runs attempt {attempt.number} of {attempt.job_id}", flush=True)
            run(attempt)
            print(f"leaves attempt {attempt.number} of {attempt.job_id}", flush=True)
        attempt.redis.close()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
