package bourse.marketdata;

import bourse.marketdata.v1.BookOrder;
import bourse.marketdata.v1.BookSide;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.FeedMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A client's book from gRPC messages, written from the documentation alone, without the receiver's classes. */
final class GrpcBook {
    private record Entry(long id, BookSide side, long price, long quantity) {
    }

    private final List<Entry> entries = new ArrayList<>();
    private final Map<Long, Entry> byId = new HashMap<>();

    void load(final BookSnapshot snapshot) {
        entries.clear();
        byId.clear();
        for (final BookOrder order : snapshot.getOrdersList()) {
            append(new Entry(order.getOrderId(), order.getSide(), order.getPrice(), order.getQuantity()));
        }
    }

    void apply(final FeedMessage message) {
        switch (message.getMessageCase()) {
            case ADD -> append(new Entry(message.getAdd().getOrderId(), message.getAdd().getSide(), message.getAdd().getPrice(),
                message.getAdd().getQuantity()));
            case REDUCE -> resize(message.getReduce().getOrderId(), message.getReduce().getQuantity());
            case DELETE -> remove(message.getDelete().getOrderId());
            case REPLACE -> {
                final var replace = message.getReplace();
                final Entry old = byId.get(replace.getOrderId());
                if (replace.getPriorityKept() && old.price() == replace.getPrice()) {
                    resize(replace.getOrderId(), replace.getQuantity());
                } else {
                    remove(replace.getOrderId());
                    append(new Entry(replace.getOrderId(), replace.getSide(), replace.getPrice(), replace.getQuantity()));
                }
            }
            case TRADE -> {
                if (!message.getTrade().getMakerHidden()) {
                    final Entry maker = byId.get(message.getTrade().getMakerOrderId());
                    resize(maker.id(), maker.quantity() - message.getTrade().getQuantity());
                }
            }
            default -> {
            }
        }
    }

    long checksum() {
        final List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort((a, b) -> a.side() != b.side() ? a.side().compareTo(b.side())
            : a.side() == BookSide.BOOK_SIDE_BUY ? Long.compare(b.price(), a.price()) : Long.compare(a.price(), b.price()));
        long hash = 1469598103934665603L;
        for (final Entry entry : sorted) {
            for (final long value : new long[] {entry.id(), entry.price(), entry.quantity()}) {
                hash = (hash ^ value) * 1099511628211L;
            }
        }
        return hash;
    }

    private void append(final Entry entry) {
        entries.add(entry);
        byId.put(entry.id(), entry);
    }

    private void resize(final long id, final long quantity) {
        if (quantity <= 0) {
            remove(id);
            return;
        }
        final Entry old = byId.get(id);
        final Entry changed = new Entry(id, old.side(), old.price(), quantity);
        entries.set(entries.indexOf(old), changed);
        byId.put(id, changed);
    }

    private void remove(final long id) {
        entries.remove(byId.remove(id));
    }
}
