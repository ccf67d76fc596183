#!/usr/bin/env python3
"""The five things every client must be able to do: log in, trade, cancel, lose the connection and resume without loss, rebuild the book.

    BOURSE_TOKEN=$(./bourse token --account 4) python3 proto/clients/python/five_things.py [SYMBOL]
"""
import os
import subprocess
import sys
import threading
import time

import grpc
from bourse_stubs import Stub
from venue import Book, Session
from bourse.marketdata.v1 import market_data_pb2 as md
from bourse.order.v1 import types_pb2 as types
from bourse.reference.v1 import reference_pb2 as ref

symbol = sys.argv[1] if len(sys.argv) > 1 else "DEMO"
me = [("authorization", "Bearer " + os.environ["BOURSE_TOKEN"])]
session_id = int(os.environ.get("BOURSE_SESSION", time.time_ns() // 1_000_000))
gateway = grpc.insecure_channel(os.environ.get("BOURSE_ORDERS", "127.0.0.1:7301"))
feed = Stub(grpc.insecure_channel(os.environ.get("BOURSE_FEED", "127.0.0.1:7302")), md, "MarketData")
instrument = Stub(gateway, ref, "Reference").GetInstrument(ref.GetInstrumentRequest(symbol=symbol), metadata=me, timeout=10).instrument

book = Book()
updates = feed.Subscribe(md.SubscribeRequest(instrument_ids=[instrument.instrument_id], depth=md.DEPTH_ORDERS), metadata=me)


def watch():
    try:
        for update in updates:
            book.apply(update)
    except grpc.RpcError:
        pass


threading.Thread(target=watch, daemon=True).start()


def check(holds, message):
    if not holds:
        raise SystemExit(message)


# 1. Log in; with a token that is about to end, where one is given, and a newer one when the venue asks for it.
events = []
first = os.environ.get("BOURSE_FIRST_TOKEN")
begin = [("authorization", "Bearer " + first)] if first else me
session = Session(gateway, begin, session_id, lambda event, account_seq: events.append(event), lambda: os.environ["BOURSE_TOKEN"], keepalive_ms=500)
session.connect()
# Idle for longer than the venue waits for a sign of life: only heartbeats keep the session.
time.sleep(2)
print(f"1 logged in, session={session_id}")

# 2. Trade: two orders of ours at a price far from others, which meet.
ids = iter(range((session_id << 16) + 1, 1 << 63))
lot, price = instrument.lot_size, instrument.tick_size * 800


def order(side, at, quantity):
    return types.Command(new=types.NewOrder(
        client_order_id=next(ids), instrument_id=instrument.instrument_id, side=side, price=at, quantity=quantity))


session.applied_up_to(session.send([order(types.SIDE_BUY, price, 10 * lot), order(types.SIDE_SELL, price, 4 * lot)]))
# The account may have traded before, and in other sessions.
executions = [event.execution for event in events if event.HasField("execution") and event.execution.client_order_id >> 16 == session_id]
check(len(executions) == 2, f"executions: {len(executions)} (expected: both sides of the trade)")
print(f"2 traded {executions[-1].quantity} at {executions[-1].price}")

# 3. Cancel what is left.
bought = next(event.accepted for event in events
              if event.session_id == session_id and event.HasField("accepted") and event.accepted.side == types.SIDE_BUY)
session.applied_up_to(session.send([types.Command(cancel=types.Cancel(order_id=bought.order_id))]))
check(any(event.HasField("cancelled") and event.cancelled.order_id == bought.order_id for event in events), "the cancellation was not reported")
print("3 cancelled")

# 4. Break the connection with commands in flight, resume: each of them applied once, each event read once. Those that are given meanwhile are more than a
# batch may have.
session.send([order(types.SIDE_BUY, price - 1 - index % 50, lot) for index in range(100)])
session.break_connection()
last = session.send([order(types.SIDE_BUY, price - 1 - index % 50, lot) for index in range(1100)])
session.connect()
session.applied_up_to(last)
if "BOURSE_DO" in os.environ:
    # A venue that falls silent: no connection breaks, nothing is heard.
    subprocess.run([os.environ["BOURSE_DO"], "stop"], check=True, timeout=60)
    try:
        session.applied_up_to(session.send([types.Command(cancel=types.Cancel(order_id=bought.order_id))]))
        raise SystemExit("a silent venue was not noticed")
    except ConnectionError as silence:
        print(silence)
    finally:
        subprocess.run([os.environ["BOURSE_DO"], "continue"], check=True, timeout=60)
    session.connect()
    session.applied_up_to(last + 1)
accepted = [event for event in events if event.session_id == session_id and event.HasField("accepted") and last - 1200 < event.client_seq <= last]
numbers = {event.client_seq for event in accepted}
check(len(accepted) == len(numbers) == 1200, f"after resuming: {len(accepted)} accepted, {len(numbers)} numbers (expected: 1200)")
print("4 resumed, nothing lost, nothing doubled")

# 5. The book rebuilt from the feed holds exactly those orders.
mine = {event.accepted.order_id for event in accepted}
deadline = time.monotonic() + 5
while not mine <= book.orders.keys() and time.monotonic() < deadline:
    time.sleep(0.05)
check(mine <= book.orders.keys(), f"{len(mine - book.orders.keys())} orders are not in the rebuilt book")
asked = feed.Snapshot(md.SnapshotRequest(instrument_id=instrument.instrument_id, depth=md.DEPTH_LEVELS, levels=100), metadata=me, timeout=10).book
rebuilt, told = book.levels(1)[:100], [(level.price, level.quantity) for level in asked.bids]
check(rebuilt == told, f"the rebuilt book differs: {rebuilt[:3]} (expected: {told[:3]})")
print(f"5 book rebuilt: {len(told)} levels equal to the venue's")

session.applied_up_to(session.send([types.Command(mass_cancel=types.MassCancel(instrument_id=instrument.instrument_id))]))
check(session.authenticated or not first, "the newer token was not taken")
session.terminate()
updates.cancel()
print("all five")
