#!/usr/bin/env python3
"""Logs in, sends a batch of orders, prints what became of them, and the book.

    export BOURSE_TOKEN=$(./bourse token --account 2)
    python3 proto/clients/python/trader.py --instrument DEMO sell:4@100.25 buy:2@99.50
"""
import argparse
import os
import queue
from decimal import Decimal

import grpc
from bourse_stubs import Stub
from bourse.marketdata.v1 import market_data_pb2 as md
from bourse.order.v1 import order_entry_pb2 as oe, types_pb2 as types
from bourse.reference.v1 import reference_pb2 as ref

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("orders", nargs="+", metavar="SIDE:QUANTITY@PRICE", help="such as buy:10@100.25")
parser.add_argument("--instrument", default="DEMO", help="symbol")
parser.add_argument("--session", type=int, default=1, help="the account's own number of this session")
parser.add_argument("--orders-at", default="127.0.0.1:7301", help="order entry")
parser.add_argument("--book-at", default="127.0.0.1:7302", help="market data")
args = parser.parse_args()
login = [("authorization", "Bearer " + os.environ["BOURSE_TOKEN"])]

gateway, feed = grpc.insecure_channel(args.orders_at), grpc.insecure_channel(args.book_at)
key = ref.GetInstrumentRequest(symbol=args.instrument)
instrument = Stub(gateway, ref, "Reference").GetInstrument(key, metadata=login, timeout=10).instrument
price_unit, lot = Decimal(1).scaleb(-instrument.price_decimals), Decimal(1).scaleb(-instrument.quantity_decimals)

outbound = queue.SimpleQueue()
frames = Stub(gateway, oe, "OrderEntry").Session(iter(outbound.get, None), metadata=login, timeout=30)
outbound.put(oe.ClientFrame(establish=oe.Establish(session_id=args.session)))
first = next(frame for frame in frames if frame.HasField("establish_ack")).establish_ack.next_client_seq

batch = oe.Batch(first_client_seq=first)
for client_seq, order in enumerate(args.orders, first):
    side, quantity, price = order.replace("@", ":").split(":")
    batch.commands.add().new.MergeFrom(types.NewOrder(
        client_order_id=args.session << 32 | client_seq, instrument_id=instrument.instrument_id,
        side=types.Side.Value("SIDE_" + side.upper()), quantity=int(Decimal(quantity) / lot), price=int(Decimal(price) / price_unit)))
outbound.put(oe.ClientFrame(batch=batch))

for frame in frames:
    for event in frame.events:
        print(event.WhichOneof("event"), str(getattr(event, event.WhichOneof("event"))).replace("\n", " "))
    if frame.HasField("not_applied"):
        raise SystemExit(f"not applied: {frame.not_applied}")
    if frame.applied_client_seq >= first + len(args.orders) - 1:
        break
outbound.put(oe.ClientFrame(terminate=oe.Terminate()))
outbound.put(None)

request = md.SnapshotRequest(instrument_id=instrument.instrument_id, depth=md.DEPTH_LEVELS)
book = Stub(feed, md, "MarketData").Snapshot(request, metadata=login, timeout=10).book
for name, level in [*(("ask", ask) for ask in reversed(book.asks)), *(("bid", bid) for bid in book.bids)]:
    print(f"{name} {level.quantity * lot:>12} @ {level.price * price_unit}")
print(f"last {book.last_quantity * lot:>11} @ {book.last_price * price_unit}")
