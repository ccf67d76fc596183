package bourse.services.hostile;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

import com.google.protobuf.InvalidProtocolBufferException;

import bourse.order.v1.ServerFrame;

/** What an attacked venue said, counted by kind. Any thread. */
final class Answers {
    private static final int KINDS_SHOWN = 4;
    private static final int TEXT_SHOWN = 60;

    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final Map<String, String> texts = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();

    /** What the attacker did, so many times more. */
    void sent(final long count) {
        sent.addAndGet(count);
    }

    void count(final String kind, final String text) {
        counts.computeIfAbsent(kind, absent -> new AtomicLong()).incrementAndGet();
        if (!text.isEmpty()) {
            texts.putIfAbsent(kind, text);
        }
    }

    /** The connection was closed by the venue, or by the attacker itself. */
    void closed() {
        count("closed", "");
    }

    /** One message of a session. */
    void message(final byte[] protobuf) {
        try {
            final ServerFrame frame = ServerFrame.parseFrom(protobuf);
            count(frame.getControlCase() == ServerFrame.ControlCase.CONTROL_NOT_SET ? "events" : frame.getControlCase().name(), "");
            counts.computeIfAbsent("duplicates", absent -> new AtomicLong()).addAndGet(frame.getDuplicatesCount());
        } catch (final InvalidProtocolBufferException other) {
            count("message of another kind", "");
        }
    }

    long of(final String kind) {
        final AtomicLong count = counts.get(kind);
        return count == null ? 0 : count.get();
    }

    long sent() {
        return sent.get();
    }

    @Override
    public String toString() {
        return new TreeMap<>(counts).entrySet().stream().filter(entry -> entry.getValue().get() > 0 && !entry.getKey().startsWith("SETTINGS"))
            .sorted(Comparator.comparingLong((Map.Entry<String, AtomicLong> entry) -> -entry.getValue().get())).limit(KINDS_SHOWN)
            .map(entry -> entry.getValue() + " × " + entry.getKey() + text(entry.getKey())).collect(Collectors.joining(", "));
    }

    private String text(final String kind) {
        final String text = texts.get(kind);
        return text == null ? "" : " (" + (text.length() > TEXT_SHOWN ? text.substring(0, TEXT_SHOWN) + "…" : text) + ")";
    }
}
