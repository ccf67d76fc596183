package bourse.services.simulation;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

import bourse.engine.match.AccountPort;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.shard.MatchingState;
import bourse.sbe.engine.Side;

import org.agrona.concurrent.UnsafeBuffer;

/** How bugs get into real classes: around their ports, never inside. Without a bug nothing is around them. */
final class Sabotage {
    private static final int KIND_OFFSET = 6;
    private static final int CRC_OFFSET = 12;
    private static final int INDEX_OFFSET = 16;
    private static final int PAYLOAD_OFFSET = 24;
    private static final short ACCOUNTS = 2;
    private static final short OUTCOMES = 6;
    private static final short END = 8;
    private static final int ONE_TRADE_IN = 7;
    private static final int TRADE_ID = 1;
    private static final int TAKER_FEE = 13;

    private Sabotage() {
    }

    /** What a proxy does instead of a call; null = the call as it is. */
    @FunctionalInterface
    private interface Intercept {
        Object[] arguments(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    static MatchListener listener(final Set<Bug> bugs, final MatchListener real) {
        if (!bugs.contains(Bug.DOUBLE_FEE) && !bugs.contains(Bug.TRADE_ID_SKIPPED)) {
            return real;
        }
        return proxy(real, (method, arguments) -> {
            if (method.getName().equals("onTrade")) {
                if (bugs.contains(Bug.DOUBLE_FEE)) {
                    arguments[TAKER_FEE] = 2 * (long) arguments[TAKER_FEE];
                } else {
                    arguments[TRADE_ID] = (long) arguments[TRADE_ID] + (long) arguments[TRADE_ID] / ONE_TRADE_IN;
                }
            }
            return arguments;
        }, MatchListener.class);
    }

    static MatchingState matching(final SimulatedVenue venue, final int member, final int salt, final MatchingState real) {
        if (!venue.has(Bug.HASH_ORDER) && !venue.has(Bug.WALL_CLOCK)) {
            return real;
        }
        final Matcher matcher = proxy(real.matcher(), (method, arguments) -> {
            if (venue.has(Bug.WALL_CLOCK) && method.getName().equals("advanceTime")) {
                arguments[0] = Math.max((long) arguments[0], venue.epochNs(member));
            }
            if (venue.has(Bug.HASH_ORDER) && method.getName().equals("massCancel") && (int) arguments[2] == Side.BOTH.value()) {
                // As a walk over a hash map would: in an order that this process alone has.
                real.matcher().massCancel((int) arguments[0], (int) arguments[1], (salt & 1) == 0 ? Side.BUY.value() : Side.SELL.value(), (int) arguments[3]);
                arguments[2] = (salt & 1) == 0 ? Side.SELL.value() : Side.BUY.value();
            }
            return arguments;
        }, Matcher.class, AccountPort.class);
        return new MatchingState() {
            @Override
            public Matcher matcher() {
                return matcher;
            }

            @Override
            public long orderCount() {
                return real.orderCount();
            }

            @Override
            public void applying(final long position) {
                real.applying(position);
            }

            @Override
            public void applied(final long position) {
                real.applied(position);
            }

            @Override
            public void publish(final long eventSeq) {
                real.publish(eventSeq);
            }

            @Override
            public void writeSnapshot(final ChunkSink sink) {
                real.writeSnapshot(sink);
            }

            @Override
            public void readSnapshotChunk(final org.agrona.DirectBuffer buffer, final int offset, final int length) {
                real.readSnapshotChunk(buffer, offset, length);
            }

            @Override
            public void endSnapshot() {
                real.endSnapshot();
            }
        };
    }

    /** The chunks of a snapshot, with some that its writer forgot. */
    static List<byte[]> chunks(final Set<Bug> bugs, final List<byte[]> chunks) {
        final short forgotten = bugs.contains(Bug.OUTCOMES_LOST_IN_SNAPSHOT) ? OUTCOMES : bugs.contains(Bug.ACCOUNT_NUMBERS_LOST_IN_SNAPSHOT) ? ACCOUNTS : 0;
        if (forgotten == 0) {
            return chunks;
        }
        final List<byte[]> kept = new ArrayList<>();
        for (final byte[] chunk : chunks) {
            final UnsafeBuffer buffer = new UnsafeBuffer(chunk);
            final short kind = buffer.getShort(KIND_OFFSET, LITTLE_ENDIAN);
            if (kind == forgotten) {
                continue;
            }
            buffer.putLong(INDEX_OFFSET, kept.size(), LITTLE_ENDIAN);
            if (kind == END) {
                buffer.putLong(PAYLOAD_OFFSET, kept.size(), LITTLE_ENDIAN);
            }
            final CRC32C crc = new CRC32C();
            crc.update(kind);
            crc.update(chunk, INDEX_OFFSET, chunk.length - INDEX_OFFSET);
            buffer.putInt(CRC_OFFSET, (int) crc.getValue(), LITTLE_ENDIAN);
            kept.add(chunk);
        }
        return kept;
    }

    @SuppressWarnings("unchecked")
    private static <T> T proxy(final T real, final Intercept intercept, final Class<?>... ports) {
        return (T) Proxy.newProxyInstance(Sabotage.class.getClassLoader(), ports, (self, method, arguments) -> {
            try {
                return method.invoke(real, arguments == null ? null : intercept.arguments(method, arguments));
            } catch (final InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
