"""Puts load on a venue from Python: a recorded stream (MEBENCH1), one call an order or in batches over a session. The bench's foreign rungs.

Prints one line of JSON. With --events the reports of the first --prefix commands are written to a file, length-delimited, so that the
bench can prove that they lead to the same book as from any other client.
"""
import argparse
import json
import os
import resource
import struct
import sys
import threading
import time

import grpc
from bourse_stubs import Stub
from bourse.order.v1 import order_entry_pb2 as oe
from bourse.order.v1 import types_pb2 as types

RECORD = struct.Struct("<BBHiqqii")
HEADER_BYTES = 64
PREFIX_CALL = 250


class Commands:
    """The stream's commands as protobuf, in order."""

    def __init__(self, path, instrument):
        with open(path, "rb") as stream:
            self.data = stream.read()
        self.count = (len(self.data) - HEADER_BYTES) // RECORD.size
        self.instrument = instrument

    def get(self, index):
        kind, side, _, quantity, order_id, price, _, aux = RECORD.unpack_from(self.data, HEADER_BYTES + index * RECORD.size)
        if kind == 2:
            return types.Command(cancel=types.Cancel(client_order_id=order_id))
        if kind == 3:
            return types.Command(reduce=types.Reduce(client_order_id=order_id, by=quantity))
        if kind == 4:
            return types.Command(replace=types.Replace(client_order_id=order_id, price=price, open_quantity=aux))
        return types.Command(new=types.NewOrder(client_order_id=order_id, instrument_id=self.instrument, side=1 + side, order_type=1,
                                                time_in_force=2 if kind == 1 else 1, price=price, quantity=quantity))

    def slice(self, first, count):
        return [self.get(index) for index in range(first, min(first + count, self.count))]


class Events:
    """Writes reports down, as protobuf's own delimited format."""

    def __init__(self, path):
        self.file = open(path, "wb") if path else None

    def write(self, events):
        if self.file:
            for event in events:
                data = event.SerializeToString()
                length = len(data)
                while length > 0x7F:
                    self.file.write(bytes((length & 0x7F | 0x80,)))
                    length >>= 7
                self.file.write(bytes((length,)) + data)

    def close(self):
        if self.file:
            self.file.close()
            self.file = None


def unary(stub, metadata, commands, options, events, latencies):
    """A call per order, each waiting for its answer; the prefix in larger calls of the same session."""

    def call(first, count):
        answer = stub.Submit(oe.SubmitRequest(session_id=options.session, first_client_seq=first + 1, commands=commands.slice(first, count)),
                             metadata=metadata, timeout=20)
        if answer.HasField("not_applied"):
            raise RuntimeError(f"not applied: {answer.not_applied}")
        return answer.events

    sent = 0
    while sent < options.prefix:
        count = min(PREFIX_CALL, options.prefix - sent)
        events.write(call(sent, count))
        sent += count
    events.close()
    start = time.perf_counter()
    cpu = time.process_time()
    marks = [(start, sent)]
    while (now := time.perf_counter()) - start < options.seconds and sent < commands.count:
        call(sent, 1)
        latencies.append(time.perf_counter() - now)
        sent += 1
        if now - marks[-1][0] >= options.seconds / 5:
            marks.append((now, sent))
    return sent, time.process_time() - cpu, time.perf_counter() - start, marks


def stream(stub, metadata, commands, options, events, latencies):
    """Batches over a session, a window in flight; frames are made while others travel."""
    window = threading.Condition()
    state = {"applied": 0, "failure": None, "verifying": True}
    sent_at = {}

    def outbound():
        yield oe.ClientFrame(establish=oe.Establish(session_id=options.session))
        sent = 0
        while sent < commands.count:
            end = options.prefix if sent < options.prefix else commands.count
            count = min(options.batch, end - sent)
            frame = oe.ClientFrame(batch=oe.Batch(first_client_seq=sent + 1, commands=commands.slice(sent, count)))
            with window:
                window.wait_for(lambda: state["failure"] or sent - state["applied"] <= options.window - count
                                and (sent < options.prefix or not state["verifying"]))
                if state["failure"]:
                    return
            sent += count
            sent_at[sent] = time.perf_counter()
            yield frame

    frames = stub.Session(outbound(), metadata=metadata)
    start, cpu, marks, last_read = None, None, [], 0
    for frame in frames:
        if frame.HasField("not_applied"):
            with window:
                state["failure"] = True
                window.notify_all()
            raise RuntimeError(f"not applied: {frame.not_applied}")
        # A reader that falls behind is put back on the recording and may get an event twice: its number says so.
        fresh = [event for number, event in enumerate(frame.events, frame.first_account_seq) if number > last_read]
        last_read = max(last_read, frame.first_account_seq + len(frame.events) - 1)
        if state["verifying"]:
            events.write(fresh)
        now = time.perf_counter()
        with window:
            before = state["applied"]
            state["applied"] = max(before, frame.applied_client_seq)
            if state["verifying"] and state["applied"] >= options.prefix:
                state["verifying"] = False
                events.close()
                start, cpu = now, time.process_time()
                marks.append((start, state["applied"]))
            window.notify_all()
        for end in [end for end in list(sent_at) if end <= state["applied"]]:
            if start and end > options.prefix:
                latencies.append(now - sent_at[end])
            del sent_at[end]
        if start and now - marks[-1][0] >= options.seconds / 5:
            marks.append((now, state["applied"]))
        if start and (now - start >= options.seconds or state["applied"] >= commands.count):
            with window:
                state["failure"] = True
                window.notify_all()
            frames.cancel()
            return state["applied"], time.process_time() - cpu, now - start, marks
    raise RuntimeError("the venue ended the session")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=["unary", "stream"])
    parser.add_argument("--address", default="127.0.0.1:7301")
    parser.add_argument("--stream", required=True)
    parser.add_argument("--instrument", type=int, required=True)
    parser.add_argument("--session", type=int, default=int(time.time() * 1000))
    parser.add_argument("--prefix", type=int, default=20_000)
    parser.add_argument("--events")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--window", type=int, default=8_192)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    metadata = (("authorization", "Bearer " + os.environ["BOURSE_TOKEN"]),)
    commands, events, latencies = Commands(options.stream, options.instrument), Events(options.events), []
    channel = grpc.insecure_channel(options.address)
    stub = Stub(channel, oe, "OrderEntry")
    run = unary if options.mode == "unary" else stream
    sent, cpu, seconds, marks = run(stub, metadata, commands, options, events, latencies)
    measured = max(1, sent - options.prefix)
    rates = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(marks, marks[1:])] or [measured / seconds]
    latencies.sort()

    def us(share):
        return round(1e6 * latencies[min(len(latencies) - 1, int(share * len(latencies)))], 1) if latencies else -1

    mean = sum(latencies) / max(1, len(latencies))
    spread = (sum((latency - mean) ** 2 for latency in latencies) / max(1, len(latencies))) ** 0.5
    print(json.dumps({
        "ordersPerSecond": round(measured / seconds), "ordersPerSecondMin": round(min(rates)), "ordersPerSecondMax": round(max(rates)),
        "p50Us": us(0.5), "p90Us": us(0.9), "p95Us": us(0.95), "p99Us": us(0.99), "p999Us": us(0.999), "maxUs": us(1), "jitterUs": round(1e6 * spread, 1),
        "cpuNsPerOrder": round(1e9 * cpu / measured, 1), "orders": measured, "allOrders": sent,
        "peakResidentMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
