"""Puts load on a venue from Python: a recorded stream (MEBENCH1), one call an order or in batches over a session (of messages, or in columns). The bench's foreign rungs.

Prints a line of JSON when the closed loop begins and when it ends, then one with the figures. With --events the reports of the first --prefix
commands are written to a file, length-delimited, so that the bench can prove that they lead to the same book as from any other client.
"""
import argparse
import collections
import json
import os
import resource
import signal
import struct
import sys
import threading
import time

import columns
import grpc
from bourse_stubs import Stub
from bourse.order.v1 import order_entry_pb2 as oe
from bourse.order.v1 import types_pb2 as types

RECORD = struct.Struct("<BBHiqqii")
HEADER_BYTES = 64
# Of a record's type: new, new for now or never, cancel, reduce, replace.
COMMAND_KINDS = (1, 1, 4, 3, 2)
PREFIX_CALL = 250


class Commands:
    """The stream's commands as protobuf, in order, once for each instrument. Client order ids have its number above them: other runs' orders may live."""

    def __init__(self, path, instruments):
        with open(path, "rb") as stream:
            self.data = stream.read()
        self.per_round = (len(self.data) - HEADER_BYTES) // RECORD.size
        self.count = self.per_round * len(instruments)
        self.instruments = instruments

    def get(self, index):
        record = HEADER_BYTES + index % self.per_round * RECORD.size
        kind, side, _, quantity, order_id, price, _, aux = RECORD.unpack_from(self.data, record)
        instrument = self.instruments[index // self.per_round]
        order_id |= instrument << 32
        if kind == 2:
            return types.Command(cancel=types.Cancel(client_order_id=order_id))
        if kind == 3:
            return types.Command(reduce=types.Reduce(client_order_id=order_id, by=quantity))
        if kind == 4:
            return types.Command(replace=types.Replace(client_order_id=order_id, price=price, open_quantity=aux))
        return types.Command(new=types.NewOrder(client_order_id=order_id, instrument_id=instrument, side=1 + side, order_type=1,
                                                time_in_force=2 if kind == 1 else 1, price=price, quantity=quantity))

    def slice(self, first, count):
        return [self.get(index) for index in range(first, min(first + count, self.count))]

    def batch(self, first, count):
        return oe.Batch(first_client_seq=first + 1, commands=self.slice(first, count))

    def columns(self, first, count):
        """The batch in columns, as far as the round goes: no object for an order."""
        start = first % self.per_round
        count = min(count, self.per_round - start)
        instrument = self.instruments[first // self.per_round]
        records = self.data[HEADER_BYTES + start * RECORD.size:HEADER_BYTES + (start + count) * RECORD.size]
        kinds, sides, _, quantities, order_ids, prices, _, auxes = zip(*RECORD.iter_unpack(records))
        return oe.Batch(first_client_seq=first + 1, columns=types.CommandColumns(
            client_order_ids=[order_id | instrument << 32 for order_id in order_ids], kinds=[COMMAND_KINDS[kind] for kind in kinds],
            instrument_ids=(instrument,), sides=[1 + side for side in sides], prices=prices,
            quantities=[aux if kind == 4 else quantity for kind, quantity, aux in zip(kinds, quantities, auxes)],
            times_in_force=[2 if kind == 1 else 1 for kind in kinds]))


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


class Sampler(threading.Thread):
    """Notes every 5 ms what each other thread runs, as collapsed stacks; gRPC's own threads are not seen, only what waits for them."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stacks = collections.Counter()
        self.running = True

    def run(self):
        while self.running:
            time.sleep(0.005)
            for ident, frame in sys._current_frames().items():
                if ident != self.ident:
                    names = []
                    while frame:
                        names.append(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_code.co_name}")
                        frame = frame.f_back
                    self.stacks[";".join(reversed(names))] += 1

    def write(self, path):
        self.running = False
        self.join()
        with open(path, "w", encoding="utf-8") as file:
            for stack, samples in self.stacks.items():
                file.write(f"{stack} {samples}\n")


class Result:
    """What a run measured: a closed loop for throughput, then an open loop for latency."""

    def __init__(self, options):
        self.options = options
        self.latencies = []
        self.marks = []
        self.behind = 0.0
        self.rate = 0.0

    def begin(self, now, applied):
        mark("begin")
        self.usage = resource.getrusage(resource.RUSAGE_SELF)
        self.cpu = time.process_time()
        self.marks = [(now, applied)]

    def tick(self, now, applied):
        """@return whether the closed loop is over."""
        if now - self.marks[-1][0] >= self.options.seconds / 5:
            self.marks.append((now, applied))
        return now - self.marks[0][0] >= self.options.seconds

    def end(self, now, applied):
        self.cpu = time.process_time() - self.cpu
        used = resource.getrusage(resource.RUSAGE_SELF)
        self.seconds = now - self.marks[0][0]
        self.orders = applied - self.marks[0][1]
        self.voluntary = (used.ru_nvcsw - self.usage.ru_nvcsw) / self.seconds
        self.forced = (used.ru_nivcsw - self.usage.ru_nivcsw) / self.seconds
        self.rate = min(self.options.rate, self.orders / self.seconds / 2)
        mark("end")


def mark(name):
    """For whoever started this program: it looks at the venue's costs then."""
    print(json.dumps({"mark": name}), flush=True)


def unary(stub, metadata, commands, options, events):
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
    result = Result(options)
    result.begin(time.perf_counter(), sent)
    while not result.tick(time.perf_counter(), sent) and sent < commands.count:
        call(sent, 1)
        sent += 1
    result.end(time.perf_counter(), sent)
    start = due = time.perf_counter()
    number = 0
    while due - start < options.pace_seconds and sent < commands.count:
        due = start + number / result.rate
        number += 1
        time.sleep(max(0.0, due - time.perf_counter()))
        call(sent, 1)
        result.latencies.append(time.perf_counter() - due)
        sent += 1
    result.behind = time.perf_counter() - due
    return result


def size(batch):
    return len(batch.columns.client_order_ids) or len(batch.commands)


def stream(stub, metadata, commands, options, events):
    """Batches over a session, in messages or in columns, a window in flight; then batches at fixed times, whatever comes back."""
    changed = threading.Condition()
    state = {"applied": 0, "phase": "verify", "failed": False}
    due_times = collections.deque()
    result = Result(options)

    def outbound():
        in_columns = options.mode == "columns"
        batch = commands.columns if in_columns else commands.batch
        yield oe.ClientFrame(establish=oe.Establish(session_id=options.session, event_columns=in_columns))
        sent = 0
        while sent < commands.count:
            end = options.prefix if sent < options.prefix else commands.count
            frame = oe.ClientFrame(batch=batch(sent, min(options.batch, end - sent)))
            count = size(frame.batch)
            with changed:
                changed.wait_for(lambda: state["failed"] or state["phase"] == "settle" or sent - state["applied"] <= options.window - count
                                 and (sent < options.prefix or state["phase"] == "closed"))
                if state["failed"]:
                    return
                if state["phase"] == "settle":
                    break
            sent += count
            yield frame
        with changed:
            changed.wait_for(lambda: state["failed"] or state["phase"] == "settle" and state["applied"] >= sent)
            state["phase"] = "paced"
        start = due = time.perf_counter()
        number = 0
        while due - start < options.pace_seconds and sent < commands.count:
            due = start + number * options.batch / result.rate
            number += 1
            frame = oe.ClientFrame(batch=batch(sent, min(options.batch, commands.count - sent)))
            time.sleep(max(0.0, due - time.perf_counter()))
            sent += size(frame.batch)
            due_times.append((sent, due))
            yield frame
        result.behind = time.perf_counter() - due
        with changed:
            changed.wait_for(lambda: state["failed"] or state["applied"] >= sent)
            state["phase"] = "done"

    last_read = 0
    for frame in stub.Session(outbound(), metadata=metadata):
        if frame.HasField("not_applied"):
            with changed:
                state["failed"] = True
                changed.notify_all()
            raise RuntimeError(f"not applied: {frame.not_applied}")
        reports = len(frame.event_columns.event_seqs) + len(frame.events)
        if reports:
            if last_read and frame.first_account_seq != last_read + 1:
                raise RuntimeError(f"hole or repeat: account_seq={frame.first_account_seq}, last_read={last_read}")
            last_read = frame.first_account_seq + reports - 1
            if state["phase"] == "verify":
                events.write([*columns.unpack(frame.event_columns), *frame.events])
        now = time.perf_counter()
        with changed:
            applied = state["applied"] = max(state["applied"], frame.applied_client_seq)
            if state["phase"] == "verify" and applied >= options.prefix:
                events.close()
                result.begin(now, applied)
                state["phase"] = "closed"
            elif state["phase"] == "closed" and (result.tick(now, applied) or applied >= commands.count):
                result.end(now, applied)
                state["phase"] = "settle"
            changed.notify_all()
        while due_times and due_times[0][0] <= applied:
            result.latencies.append(now - due_times.popleft()[1])
    if state["phase"] != "done":
        raise RuntimeError("the venue ended the session")
    return result


def main():
    # Ctrl-C is for whoever started this program.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=["unary", "stream", "columns"])
    parser.add_argument("--address", default="127.0.0.1:7301")
    parser.add_argument("--stream", required=True)
    parser.add_argument("--instruments", type=lambda text: [int(part) for part in text.split(",")], required=True, help="a round of the stream for each")
    parser.add_argument("--session", type=int, default=int(time.time() * 1000))
    parser.add_argument("--prefix", type=int, default=20_000)
    parser.add_argument("--events")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--window", type=int, default=8_192)
    parser.add_argument("--seconds", type=float, default=5, help="closed loop")
    parser.add_argument("--pace-seconds", type=float, default=5, help="open loop")
    parser.add_argument("--rate", type=float, default=100_000, help="of the open loop, at most; half of the throughput at most")
    parser.add_argument("--profile", help="collapsed stacks go there")
    options = parser.parse_args()
    metadata = (("authorization", "Bearer " + os.environ["BOURSE_TOKEN"]),)
    commands, events = Commands(options.stream, options.instruments), Events(options.events)
    stub = Stub(grpc.insecure_channel(options.address), oe, "OrderEntry")
    sampler = Sampler() if options.profile else None
    if sampler:
        sampler.start()
    result = (unary if options.mode == "unary" else stream)(stub, metadata, commands, options, events)
    if sampler:
        sampler.write(options.profile)
    rates = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(result.marks, result.marks[1:])] or [result.orders / result.seconds]
    latencies = sorted(result.latencies)

    def us(share):
        return round(1e6 * latencies[min(len(latencies) - 1, int(share * len(latencies)))], 1) if latencies else -1

    mean = sum(latencies) / max(1, len(latencies))
    spread = (sum((latency - mean) ** 2 for latency in latencies) / max(1, len(latencies))) ** 0.5
    print(json.dumps({
        "ordersPerSecond": round(result.orders / result.seconds), "ordersPerSecondMin": round(min(rates)), "ordersPerSecondMax": round(max(rates)),
        "p50Us": us(0.5), "p90Us": us(0.9), "p95Us": us(0.95), "p99Us": us(0.99), "p999Us": us(0.999), "maxUs": us(1), "jitterUs": round(1e6 * spread, 1),
        "latencyRate": round(result.rate), "behindMs": round(1e3 * result.behind, 3), "cpuNsPerOrder": round(1e9 * result.cpu / result.orders, 1),
        "orders": result.orders, "seconds": result.seconds, "switchesVoluntaryPerSecond": round(result.voluntary),
        "switchesForcedPerSecond": round(result.forced), "peakResidentMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
