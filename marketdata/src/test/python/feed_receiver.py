#!/usr/bin/env python3
"""A receiver of the public feed, written from proto/MARKET_DATA.md alone, with the standard library alone.

feed_receiver.py GROUP_A:PORT GROUP_B:PORT SNAPSHOTS:PORT RECOVERY:PORT INTERFACE
Follows the feed until its end of session, then prints of each instrument: id, rptSeq, checksum, synced.
"""
import random
import select
import socket
import struct
import sys
import time
import zlib

HEADER = struct.Struct('<QQIHBB')
HEARTBEAT, END, SNAPSHOT, RETRANSMISSION, REFUSAL = 1, 2, 4, 8, 16
MASK = (1 << 64) - 1


class Book:
    def __init__(self):
        self.orders, self.rpt, self.feed_seq, self.synced, self.ask_at = {}, 0, 0, False, 0.0

    def add(self, order, side, price, quantity):
        self.orders.pop(order, None)
        self.orders[order] = [side, price, quantity]

    def resize(self, order, quantity):
        if order in self.orders:
            if quantity > 0:
                self.orders[order][2] = quantity
            else:
                del self.orders[order]

    def checksum(self):
        queue = sorted(self.orders.items(), key=lambda o: (o[1][0], -o[1][1] if o[1][0] == 0 else o[1][1]))
        h = 1469598103934665603
        for order, (_, price, quantity) in queue:
            for v in (order, price, quantity):
                h = ((h ^ (v & MASK)) * 1099511628211) & MASK
        return h


class Receiver:
    def __init__(self, ask):
        self.ask, self.books, self.kept, self.parts = ask, {}, {}, {}
        self.next = self.end = self.epoch = self.oldest = 0
        self.ended, self.gap_since, self.ask_at = False, None, 0.0

    def packet(self, data):
        if not 28 <= len(data) <= 1400 or zlib.crc32(data[:-4]) != struct.unpack_from('<I', data, len(data) - 4)[0]:
            return
        first, _, epoch, _, flags, count = HEADER.unpack_from(data)
        if epoch != self.epoch:
            self.epoch, self.books, self.kept, self.parts, self.next, self.oldest = epoch, {}, {}, {}, 0, 0
        if flags & REFUSAL:
            return
        messages, at = [], 24
        for _ in range(count):
            length, = struct.unpack_from('<H', data, at)
            messages.append((struct.unpack_from('<HHHH', data, at + 2)[1], data[at + 10:at + 2 + length]))
            at += 2 + length
        if flags & SNAPSHOT:
            self.snapshot(first, messages)
        elif flags & HEARTBEAT:
            self.next = self.next or first
            self.end = max(self.end, first)
            for template, block in messages:
                if template == 23:
                    _, checksum, instrument, rpt = struct.unpack_from('<QQII', block)
                    book = self.books.get(instrument)
                    if book and book.synced and book.rpt == rpt and book.checksum() != checksum:
                        raise SystemExit(f'diverged: instrument {instrument} at rptSeq {rpt}')
            self.ended = self.ended or bool(flags & END) and self.next == first
        elif self.next or not flags & RETRANSMISSION:
            self.next = self.next or first
            self.end = max(self.end, first + count)
            for i, message in enumerate(messages):
                if first + i >= self.next:
                    self.kept[first + i] = message
            while self.next in self.kept:
                self.apply(self.next, *self.kept[self.next])
                self.next += 1
            self.oldest = self.oldest or first
            while self.oldest < self.next - 65536:
                self.kept.pop(self.oldest, None)
                self.oldest += 1

    def apply(self, seq, template, b):
        where = {1: 40, 2: 32, 3: 24, 4: 40, 5: 56, 6: 88, 7: 24, 8: 40}.get(template)
        if where is None:
            return
        instrument, rpt = struct.unpack_from('<II', b, where)
        if template == 6 and instrument not in self.books:
            self.books[instrument] = Book()
            self.books[instrument].synced = True
        book = self.books.setdefault(instrument, Book())
        if not book.synced or seq <= book.feed_seq:
            return
        if template != 6:
            if rpt != book.rpt + 1:
                book.synced = False
                return
            book.rpt = rpt
        book.feed_seq = seq
        if template == 1:
            order, price, quantity = struct.unpack_from('<Qqq', b, 16)
            book.add(order, b[48], price, quantity)
        elif template == 2:
            book.resize(*struct.unpack_from('<Qq', b, 16))
        elif template == 3:
            book.orders.pop(struct.unpack_from('<Q', b, 16)[0], None)
        elif template == 4:
            order, price, quantity = struct.unpack_from('<Qqq', b, 16)
            known = book.orders.get(order)
            if known and b[48] & 4 and known[1] == price:
                book.resize(order, quantity)
            else:
                book.add(order, b[49], price, quantity)
        elif template == 5:
            _, maker, taker, _, quantity = struct.unpack_from('<QQQqq', b, 16)
            for order, touched in ((maker, not b[65] & 8), (taker, b[65] & 16)):
                if touched and order in book.orders:
                    book.resize(order, book.orders[order][2] - quantity)

    def snapshot(self, first, messages):
        last, _, _, _, _, _, instrument, rpt, orders = struct.unpack_from('<QQqqqQIII', messages[0][1])
        book = self.books.setdefault(instrument, Book())
        if book.synced:
            return
        key, part = (last, instrument), self.parts.get(instrument)
        if part is None or part[0] < key:
            part = self.parts[instrument] = [key, {}, None, orders]
        book.ask_at = time.monotonic() + .02
        if part[0] != key:
            return
        for template, block in messages[1:]:
            if template == 21:
                order, price, quantity, _, side = struct.unpack_from('<QqqIB', block)
                part[1][first] = (order, side, price, quantity)
                first += 1
            elif template == 22:
                part[2] = struct.unpack_from('<Q', block, 8)[0]
        if len(part[1]) < orders or part[2] is None or any(seq not in self.kept for seq in range(last + 1, self.next)):
            return
        del self.parts[instrument]
        book.orders = {}
        for index in range(orders):
            book.add(*part[1][index])
        if book.checksum() != part[2]:
            return  # the next one, then
        book.synced, book.rpt, book.feed_seq = True, rpt, last
        for seq in range(last + 1, self.next):
            template, block = self.kept[seq]
            if template <= 8 and struct.unpack_from('<I', block, {1: 40, 2: 32, 3: 24, 4: 40, 5: 56, 6: 88, 7: 24, 8: 40}[template])[0] == instrument:
                self.apply(seq, template, block)

    def time(self, now):
        if self.next >= self.end:
            self.gap_since = None
        else:
            self.gap_since = self.gap_since or now
            if now - self.gap_since > .002 and now > self.ask_at:
                self.ask_at = now + .01
                limit = min(self.end, self.next + 2048)
                to = next((seq for seq in range(self.next + 1, limit) if seq in self.kept), limit)
                self.request(1, 0, self.next, to - self.next)
        for instrument, book in self.books.items():
            if not book.synced and now > book.ask_at:
                book.ask_at = now + .1
                part = self.parts.get(instrument)
                if part is None or len(part[1]) >= part[3]:
                    self.request(2, instrument, 0, 0)
                else:
                    missing = next(index for index in range(part[3]) if index not in part[1])
                    self.request(2, instrument, part[0][0], min(2048, part[3] - missing), missing)

    def request(self, kind, instrument, start, count, index=0):
        self.ask(struct.pack('<4sBBHIIQQII', b'BRRQ', 1, kind, 0, self.epoch, instrument, 1, start, count, index))


def main(line_a, line_b, snapshots, recovery, interface, loss='0'):
    """loss: share of all packets that is dropped here on purpose, the answers to requests included."""
    network = random.Random(7)
    address = lambda text: (text.rsplit(':', 1)[0], int(text.rsplit(':', 1)[1]))
    sockets = []
    for group, port in map(address, (line_a, line_b, snapshots)):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(('', port))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(interface))
        sockets.append(s)
    unicast = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    unicast.connect(address(recovery))
    sockets.append(unicast)
    receiver = Receiver(unicast.send)
    print('listening', flush=True)
    deadline = time.monotonic() + 60
    while not receiver.ended and time.monotonic() < deadline:
        for s in select.select(sockets, [], [], .002)[0]:
            packet = s.recv(2048)
            if network.random() >= float(loss):
                receiver.packet(packet)
        receiver.time(time.monotonic())
    for instrument, book in sorted(receiver.books.items()):
        print(instrument, book.rpt, f'{book.checksum():016x}', book.synced)


if __name__ == '__main__':
    main(*sys.argv[1:])
