"""A session that loses nothing when its connection breaks, and a book built from the feed; by ORDER_ENTRY.md and MARKET_DATA.md."""
import queue
import threading
import time

import grpc
from bourse_stubs import Stub
from bourse.order.v1 import order_entry_pb2 as oe

# The venue takes 512 commands and 64 KiB in one batch. A command has at most 192 bytes, so this many always fit.
BATCH_COMMANDS = 256


class Session:
    """Keeps what was sent and not applied, and the number of the last event read; connect() goes on from there.

    on_event(event, account_seq) gets every event of the account once, in order, on the reading thread. new_token(), where given, is asked for a
    newer token when the one that the stream was opened with is about to end. After keepalive_ms without anything to send a heartbeat is sent; a venue
    that says nothing for three such times is taken for lost.
    """

    def __init__(self, channel, metadata, session_id, on_event, new_token=None, keepalive_ms=10_000):
        self.new_token, self.keepalive_ms = new_token, keepalive_ms
        self.stub, self.metadata, self.session_id, self.on_event = Stub(channel, oe, "OrderEntry"), metadata, session_id, on_event
        self.last_read, self.next_client_seq, self.applied, self.present = 0, None, 0, 0
        self.unapplied = {}
        self.changed = threading.Condition()
        self.connection = None
        self.failure = None
        self.authenticated = False

    def connect(self):
        """Opens a stream, resumes, and sends again what the venue has not applied."""
        self.break_connection()
        self.failure = None
        self.connection = connection = Connection(self.stub, self.metadata, self.keepalive_ms)
        connection.send(establish=oe.Establish(session_id=self.session_id, next_account_seq=self.last_read + 1, keepalive_ms=self.keepalive_ms))
        for frame in connection.frames():
            self._read(frame)
            if frame.HasField("establish_ack"):
                break
        else:
            raise ConnectionError("the stream ended before an EstablishAck")
        connection.keepalive = frame.establish_ack.keepalive_ms / 1000
        self.next_client_seq = frame.establish_ack.next_client_seq
        again = [command for seq, command in sorted(self.unapplied.items()) if seq >= self.next_client_seq]
        self.unapplied.clear()
        threading.Thread(target=self._read_on, args=(connection,), daemon=True).start()
        self.send(again)

    def send(self, commands):
        """Sends commands, in batches; returns the number of the last. While the connection is broken they are kept for the next one."""
        for begin in range(0, len(commands), BATCH_COMMANDS):
            batch, first = commands[begin:begin + BATCH_COMMANDS], self.next_client_seq
            self.next_client_seq += len(batch)
            with self.changed:
                self.unapplied.update(zip(range(first, self.next_client_seq), batch))
            if self.connection:
                self.connection.send(batch=oe.Batch(first_client_seq=first, commands=batch))
        return self.next_client_seq - 1

    def applied_up_to(self, client_seq, timeout=10):
        """Waits until the command of that number, and so all before it, has been applied and its events were read."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.applied >= client_seq or self.failure, timeout):
                raise TimeoutError(f"applied: {self.applied} (expected: {client_seq})")
            if self.failure:
                raise self.failure

    def break_connection(self):
        """Drops the connection as a broken cable would."""
        broken, self.connection = self.connection, None
        if broken:
            broken.end()

    def terminate(self):
        self.connection.send(terminate=oe.Terminate())
        self.connection.outbound.put(None)

    def _read_on(self, connection):
        failure = None
        try:
            for frame in connection.frames():
                if connection is self.connection:
                    self._read(frame)
        except (grpc.RpcError, RuntimeError, ConnectionError) as error:
            failure = error
        connection.end()
        with self.changed:
            if connection is self.connection:
                self.failure = failure
            self.changed.notify_all()

    def _read(self, frame):
        if frame.HasField("establish_ack"):
            # Up to here the events are the past, of commands that applied_client_seq may count already.
            self.present = frame.establish_ack.last_account_seq
        if frame.HasField("token_expiring") and self.new_token:
            token = self.new_token()
            self.metadata = [("authorization", "Bearer " + token)]
            self.connection.send(authenticate=oe.Authenticate(token=token))
        self.authenticated |= frame.HasField("authenticated")
        if frame.HasField("open_orders"):
            # The events before are no longer kept: a real program would take over the list.
            self.last_read = frame.open_orders.as_of_seq
        for account_seq, event in enumerate(frame.events, frame.first_account_seq):
            if account_seq > self.last_read:
                if self.last_read and account_seq != self.last_read + 1:
                    raise RuntimeError(f"hole: account_seq={account_seq}, last_read={self.last_read}")
                self.last_read = account_seq
                self.on_event(event, account_seq)
        if frame.HasField("not_applied"):
            raise RuntimeError(f"not applied: {frame.not_applied}")
        with self.changed:
            if self.last_read >= self.present:
                self.applied = max(self.applied, frame.applied_client_seq)
            for seq in [seq for seq in self.unapplied if seq <= self.applied]:
                del self.unapplied[seq]
            self.changed.notify_all()


class Connection:
    """One stream: what is sent, heartbeats included, and an end when nothing is heard."""

    def __init__(self, stub, metadata, keepalive_ms):
        self.keepalive = keepalive_ms / 1000
        self.outbound, self.ended, self.silent, self.heard = queue.SimpleQueue(), threading.Event(), False, time.monotonic()
        self.call = stub.Session(self._sent(), metadata=metadata)
        threading.Thread(target=self._listen, daemon=True).start()

    def send(self, **frame):
        self.outbound.put(oe.ClientFrame(**frame))

    def frames(self):
        """What the venue says; ConnectionError when it says nothing any more."""
        try:
            for frame in self.call:
                self.heard = time.monotonic()
                yield frame
        except grpc.RpcError:
            if not self.silent:
                raise
        if self.silent:
            raise ConnectionError(f"nothing was heard for {3 * self.keepalive:g} s")

    def end(self):
        self.ended.set()
        self.call.cancel()

    def _sent(self):
        while not self.ended.is_set():
            try:
                frame = self.outbound.get(timeout=self.keepalive)
            except queue.Empty:
                frame = oe.ClientFrame(heartbeat=oe.Heartbeat())
            if frame is None:
                return
            yield frame

    def _listen(self):
        """Sending may wait for a venue that takes nothing, so this has a thread of its own."""
        while not self.ended.wait(max(0.01, self.heard + 3 * self.keepalive - time.monotonic())):
            if time.monotonic() - self.heard >= 3 * self.keepalive:
                self.silent = True
                self.end()


class Book:
    """The book of one instrument, order by order, from MarketData.Subscribe (DEPTH_ORDERS)."""

    def __init__(self):
        self.orders = {}
        self.last_feed_seq = 0

    def apply(self, update):
        if update.HasField("snapshot"):
            self.orders = {order.order_id: [order.side, order.price, order.quantity] for order in update.snapshot.orders}
            self.last_feed_seq = update.snapshot.feed_seq
        for message in update.messages.messages:
            if message.feed_seq > self.last_feed_seq:
                self.last_feed_seq = message.feed_seq
                kind = message.WhichOneof("message")
                getattr(self, "_" + kind, lambda what: None)(getattr(message, kind))

    def levels(self, side):
        """[(price, quantity)], best first; 1 = buy, 2 = sell."""
        levels = {}
        for order_side, price, quantity in self.orders.values():
            if order_side == side:
                levels[price] = levels.get(price, 0) + quantity
        return sorted(levels.items(), reverse=side == 1)

    def _add(self, add):
        self.orders[add.order_id] = [add.side, add.price, add.quantity]

    def _reduce(self, reduce):
        self._resize(reduce.order_id, reduce.quantity)

    def _delete(self, delete):
        self.orders.pop(delete.order_id, None)

    def _replace(self, replace):
        # An order that was not in the public book enters it this way, too.
        if not replace.priority_kept:
            self.orders.pop(replace.order_id, None)
        self.orders[replace.order_id] = [replace.side, replace.price, replace.quantity]

    def _trade(self, trade):
        if not trade.maker_hidden:
            self._resize(trade.maker_order_id, self.orders[trade.maker_order_id][2] - trade.quantity)
        if trade.taker_resting:
            self._resize(trade.taker_order_id, self.orders[trade.taker_order_id][2] - trade.quantity)

    def _resize(self, order_id, quantity):
        """An order with nothing left is gone."""
        if quantity > 0:
            self.orders[order_id][2] = quantity
        else:
            del self.orders[order_id]
