"""A session that loses nothing when its connection breaks, and a book built from the feed; by ORDER_ENTRY.md and MARKET_DATA.md."""
import queue
import threading

import grpc
from bourse_stubs import Stub
from bourse.order.v1 import order_entry_pb2 as oe


class Session:
    """Keeps what was sent and not applied, and the number of the last event read; connect() goes on from there.

    on_event(event, account_seq) gets every event of the account once, in order, on the reading thread. new_token(), where given, is asked for a
    newer token when the one that the stream was opened with is about to end.
    """

    def __init__(self, channel, metadata, session_id, on_event, new_token=None):
        self.new_token = new_token
        self.stub, self.metadata, self.session_id, self.on_event = Stub(channel, oe, "OrderEntry"), metadata, session_id, on_event
        self.last_read, self.next_client_seq, self.applied, self.present = 0, 1, 0, 0
        self.unapplied = {}
        self.changed = threading.Condition()
        self.failure = None
        self.authenticated = False

    def connect(self):
        """Opens a stream, resumes, and sends again what the venue has not applied."""
        self.outbound = queue.SimpleQueue()
        self.frames = self.stub.Session(iter(self.outbound.get, None), metadata=self.metadata)
        self.outbound.put(oe.ClientFrame(establish=oe.Establish(session_id=self.session_id, next_account_seq=self.last_read + 1)))
        for frame in self.frames:
            self._read(frame)
            if frame.HasField("establish_ack"):
                break
        self.next_client_seq = frame.establish_ack.next_client_seq
        again = [command for seq, command in sorted(self.unapplied.items()) if seq >= self.next_client_seq]
        self.unapplied.clear()
        threading.Thread(target=self._read_on, args=(self.frames,), daemon=True).start()
        if again:
            self.send(again)

    def send(self, commands):
        """Sends commands as one batch; returns the number of the last."""
        first = self.next_client_seq
        self.next_client_seq += len(commands)
        with self.changed:
            self.unapplied.update(zip(range(first, self.next_client_seq), commands))
        self.outbound.put(oe.ClientFrame(batch=oe.Batch(first_client_seq=first, commands=commands)))
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
        broken, self.frames = self.frames, None
        broken.cancel()

    def terminate(self):
        self.outbound.put(oe.ClientFrame(terminate=oe.Terminate()))
        self.outbound.put(None)

    def _read_on(self, frames):
        try:
            for frame in frames:
                if frames is self.frames:
                    self._read(frame)
        except (grpc.RpcError, RuntimeError) as failure:
            with self.changed:
                if frames is self.frames:
                    self.failure = failure
                self.changed.notify_all()

    def _read(self, frame):
        if frame.HasField("establish_ack"):
            # Up to here the events are the past, of commands that applied_client_seq may count already.
            self.present = frame.establish_ack.last_account_seq
        if frame.HasField("token_expiring") and self.new_token:
            token = self.new_token()
            self.metadata = [("authorization", "Bearer " + token)]
            self.outbound.put(oe.ClientFrame(authenticate=oe.Authenticate(token=token)))
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
