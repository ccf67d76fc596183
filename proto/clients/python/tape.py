#!/usr/bin/env python3
"""Plays a conformance tape (proto/conformance/README.md) against a running venue; prints one line a case.

    BOURSE_TOKEN=$(./bourse token --account 6) python3 proto/clients/python/tape.py proto/conformance/order-entry.tape [SYMBOL]

With BOURSE_COLUMNS=1 what it sends and what it is told comes in columns wherever it fits: the same tape must hold.
"""
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time

import columns
import grpc
from google.protobuf import json_format
from bourse_stubs import Stub
from venue import Book
from bourse.marketdata.v1 import market_data_pb2 as md
from bourse.order.v1 import order_entry_pb2 as oe
from bourse.order.v1 import types_pb2 as types
from bourse.reference.v1 import reference_pb2 as ref

PATIENCE_S = 10
GOOD = os.environ["BOURSE_TOKEN"]
IN_COLUMNS = os.environ.get("BOURSE_COLUMNS") == "1"


def to_json(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


class Call:
    """A stream whose messages wait, each kind by itself, until the tape asks for them."""

    in_columns = 0

    def __init__(self, method, metadata, request=None):
        self.outbound, self.events, self.controls, self.applied, self.status = queue.SimpleQueue(), queue.Queue(), queue.Queue(), 0, queue.Queue()
        self.call = method(request if request is not None else iter(self.outbound.get, None), metadata=metadata)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for frame in self.call:
                rows = columns.unpack(frame.event_columns) if frame.DESCRIPTOR.name == "ServerFrame" else []
                Call.in_columns += len(rows)
                for account_seq, event in enumerate([*rows, *frame.events], frame.first_account_seq):
                    self.events.put({**to_json(event), "account_seq": str(account_seq)})
                for duplicate in getattr(frame, "duplicates", []):
                    self.controls.put({"duplicate": to_json(duplicate)})
                kind = frame.WhichOneof("control") if frame.DESCRIPTOR.name == "ServerFrame" else "snapshot_required" if frame.HasField("snapshot_required") else None
                if kind and not (kind == "heartbeat" and frame.heartbeat.client_time_ns == 0):
                    self.controls.put({kind: to_json(getattr(frame, kind))})
                self.applied = max(self.applied, getattr(frame, "applied_client_seq", 0))
            self.status.put(("OK", b""))
        except grpc.RpcError as error:
            self.status.put(outcome(error))


def in_columns(frame):
    """The same frame, in columns where they have a place for all of it."""
    if frame.HasField("establish"):
        frame.establish.event_columns = True
    elif frame.HasField("batch") and not frame.batch.HasField("columns") and all(map(columns.fits, frame.batch.commands)):
        frame.batch.columns.CopyFrom(columns.pack(frame.batch.commands))
        frame.batch.ClearField("commands")
    return frame


def outcome(error):
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    return error.code().name, details


class Player:
    def __init__(self, symbol):
        self.channel = grpc.insecure_channel(os.environ.get("BOURSE_ORDERS", "127.0.0.1:7301"))
        self.feed = grpc.insecure_channel(os.environ.get("BOURSE_FEED", "127.0.0.1:7302"))
        self.services = {"bourse.order.v1.OrderEntry": Stub(self.channel, oe, "OrderEntry"), "bourse.reference.v1.Reference": Stub(self.channel, ref, "Reference")}
        self.requests = {method.name: method.input_type._concrete_class for module, name in ((oe, "OrderEntry"), (ref, "Reference"))
                         for method in module.DESCRIPTOR.services_by_name[name].methods}
        self.copies = Stub(self.channel, oe, "DropCopy")
        self.token("good")
        instrument = self.services["bourse.reference.v1.Reference"].GetInstrument(ref.GetInstrumentRequest(symbol=symbol), metadata=self.metadata, timeout=PATIENCE_S).instrument
        session = time.time_ns() // 1_000_000
        self.variables = {"session": str(session), "id": str(session << 16), "instrument": str(instrument.instrument_id), "token": GOOD}
        self.streams = {}

    # -------------------------------------------------------------------------------------------------- values

    def value(self, text):
        """$name, $name+5 or the text itself; None for a name that has no value yet."""
        match = re.fullmatch(r"\$(\w+)(?:\+(\d+))?", text)
        if not match:
            return text
        known = self.variables.get(match[1])
        return known if known is None or not match[2] else str(int(known) + int(match[2]))

    def filled(self, node):
        if isinstance(node, dict):
            return {key: self.filled(child) for key, child in node.items()}
        if isinstance(node, list):
            return [self.filled(child) for child in node]
        return self.value(node) if isinstance(node, str) else node

    def check(self, expected, actual, where):
        """Everything that is expected is there; a name without a value takes what is there."""
        if isinstance(expected, dict):
            if actual is None:
                raise AssertionError(f"{where}: missing")
            for key, child in expected.items():
                self.check(child, actual.get(key), f"{where}.{key}")
        elif isinstance(expected, list):
            if len(expected) != len(actual or []):
                raise AssertionError(f"{where}: {len(actual or [])} (expected: {len(expected)}): {actual}")
            for index, child in enumerate(expected):
                self.check(child, actual[index], f"{where}[{index}]")
        else:
            found = scalar(actual)
            wanted = self.value(expected) if isinstance(expected, str) else scalar(expected)
            if wanted is None:
                self.variables[expected[1:]] = found or "0"
            elif wanted != found and not (actual is None and (wanted in ("0", "false", "") or wanted.endswith("_UNSPECIFIED"))):
                raise AssertionError(f"{where}: {found} (expected: {wanted})")

    # -------------------------------------------------------------------------------------------------- what a tape says

    def send(self, name, text):
        if name not in self.streams:
            self.streams[name] = Call(self.services["bourse.order.v1.OrderEntry"].Session, self.metadata)
        frame = json_format.ParseDict(self.filled(json.loads(text)), oe.ClientFrame())
        self.streams[name].outbound.put(in_columns(frame) if IN_COLUMNS else frame)

    def flood(self, name, first, count):
        stream, first, end = self.streams[name], int(first), int(first) + int(count)
        cancel = types.Command(cancel=types.Cancel(order_id=1 << 62))
        for seq in range(first, end, 500):
            stream.outbound.put(oe.ClientFrame(batch=oe.Batch(first_client_seq=seq, commands=[cancel] * min(500, end - seq))))
        self.applied(name, end - 1)
        stream.events = queue.Queue()

    def do(self, what):
        subprocess.run([os.environ["BOURSE_DO"], what], check=True, timeout=60)

    def copy(self, name, text):
        request = json_format.ParseDict(self.filled(json.loads(text)), oe.DropCopySubscribeRequest())
        self.streams[name] = Call(self.copies.Subscribe, self.metadata, request)

    def event(self, name, text):
        self.check(json.loads(text), take(self.streams[name].events, "event"), "event")

    def control(self, name, text):
        self.check(json.loads(text), take(self.streams[name].controls, "control message"), "control")

    def applied(self, name, number):
        await_that(lambda: self.streams[name].applied >= int(number), lambda: f"applied: {self.streams[name].applied} (expected: {number})")

    def ends(self, name, code, reason=""):
        self.expect(take(self.streams[name].status, "end"), code, reason)

    def close(self, name):
        self.streams[name].outbound.put(None)

    def cut(self, name):
        self.streams[name].call.cancel()

    def token(self, which):
        token = GOOD if which == "good" else which
        self.metadata = [] if which == "none" else [("authorization", "Bearer " + token)]

    def call(self, method, text):
        service, name = method.split("/")
        request = json_format.ParseDict(self.filled(json.loads(text)), self.requests[name]())
        try:
            self.answered = to_json(getattr(self.services[service], name)(request, metadata=self.metadata, timeout=PATIENCE_S)), ("OK", b"")
        except grpc.RpcError as error:
            self.answered = None, outcome(error)

    def answer(self, text):
        self.expect(self.answered[1], "OK")
        self.check(json.loads(text), self.answered[0], "answer")

    def fails(self, code, reason):
        self.expect(self.answered[1], code, reason)

    def expect(self, actual, code, reason=""):
        if actual[0] != code or reason and reason.encode() not in actual[1]:
            raise AssertionError(f"status: {actual} (expected: {code} {reason})")

    def watch(self):
        self.book = Book()
        request = md.SubscribeRequest(instrument_ids=[int(self.variables["instrument"])], depth=md.DEPTH_ORDERS)
        updates = Stub(self.feed, md, "MarketData").Subscribe(request, metadata=self.metadata)

        def apply():
            for update in updates:
                self.book.apply(update)
        threading.Thread(target=apply, daemon=True).start()

    def level(self, side, price, quantity):
        found = lambda: dict(self.book.levels(1 if side == "buy" else 2)).get(int(price), 0)
        await_that(lambda: found() == int(quantity), lambda: f"{side} {price}: {found()} (expected: {quantity})")


def scalar(value):
    return ("true" if value else "false") if isinstance(value, bool) else "" if value is None else str(value)


def take(waiting, what):
    try:
        return waiting.get(timeout=PATIENCE_S)
    except queue.Empty:
        raise AssertionError(f"no {what} within {PATIENCE_S} s") from None


def await_that(condition, problem):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(problem())
        time.sleep(0.005)


def play(path, symbol):
    player, case, failed, skipping = Player(symbol), None, 0, False
    for number, line in enumerate([*open(path, encoding="utf-8"), "case end"], 1):
        verb, _, rest = line.strip().partition(" ")
        if not verb or verb.startswith("#"):
            continue
        if verb == "case":
            if case and not skipping:
                print(f"ok {case}", flush=True)
            case, skipping, player.streams = rest, False, {}
        elif not skipping:
            try:
                # The last argument is JSON and may have blanks.
                count = {"send": 2, "copy": 2, "event": 2, "control": 2, "call": 2, "answer": 1}.get(verb)
                arguments = rest.split(" ", count - 1) if count else rest.split()
                getattr(player, verb)(*arguments)
            except Exception as error:
                print(f"not ok {case}: line {number}: {error}", flush=True)
                failed, skipping = failed + 1, True
    if IN_COLUMNS and not Call.in_columns:
        print("not ok in columns: no event came in columns", flush=True)
        failed += 1
    return failed


if __name__ == "__main__":
    sys.exit(1 if play(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "DEMO") else 0)
