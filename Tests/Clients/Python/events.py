"""What a member of a group tells the tests, one JSON line each, and the word that makes it leave."""
import json
import sys
import threading


def tell(event, **fields):
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


def leaving():
    """Is set when a line, or the end of the input, tells the member to leave."""
    told = threading.Event()

    def wait():
        sys.stdin.readline()
        told.set()

    threading.Thread(target=wait, daemon=True).start()
    return told
