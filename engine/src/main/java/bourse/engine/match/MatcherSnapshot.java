package bourse.engine.match;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteOrder;

/**
 * A matcher's whole state as a sequence of chunks of at most {@value #MAX_CHUNK_BYTES} bytes, and back. Cold. Thread: engine.
 *
 * <p>Format: a chunk holds whole records; a record is its kind and its fields in the order of {@link StateVisitor}'s arguments and of the carriers' fields, all
 * little-endian int64 (booleans 0 or 1; a string is its length and its characters). Kinds: 100 = head (version), 1..8 as the marks of
 * {@link StateDigest}, 101 = end (state hash). {@link Loader#finish} refuses a snapshot without its end or with another hash.
 */
public final class MatcherSnapshot {
    public static final int MAX_CHUNK_BYTES = 32 * 1024;
    public static final int VERSION = 1;
    private static final int LONGEST_RECORD = 1024;
    private static final long HEAD = 100;
    private static final long END = 101;

    private MatcherSnapshot() {
    }

    /** Takes chunks in their order; copies what it keeps. */
    @FunctionalInterface
    public interface ChunkSink {
        void onChunk(DirectBuffer buffer, int offset, int length);
    }

    /** Writes all state. @return its hash */
    public static long write(final Matcher matcher, final ChunkSink sink) {
        final Writer writer = new Writer(sink);
        final long hash = matcher.stateHash();
        writer.begin(HEAD);
        writer.put(VERSION);
        matcher.forEachState(writer);
        writer.begin(END);
        writer.put(hash);
        writer.flush();
        return hash;
    }

    /** Takes the chunks of a snapshot into a new matcher. */
    public static Loader into(final LadderMatcher matcher) {
        return new Loader(matcher, matcher.restorer());
    }

    private static final class Writer implements StateVisitor {
        private final UnsafeBuffer chunk = new UnsafeBuffer(new byte[MAX_CHUNK_BYTES]);
        private final ChunkSink sink;
        private int at;

        Writer(final ChunkSink sink) {
            this.sink = sink;
        }

        void begin(final long kind) {
            if (at + LONGEST_RECORD > MAX_CHUNK_BYTES) {
                flush();
            }
            put(kind);
        }

        void put(final long value) {
            chunk.putLong(at, value, ByteOrder.LITTLE_ENDIAN);
            at += 8;
        }

        void put(final boolean value) {
            put(value ? 1L : 0L);
        }

        void put(final String text) {
            put(text.length());
            for (int i = 0; i < text.length(); i++) {
                put(text.charAt(i));
            }
        }

        void flush() {
            if (at != 0) {
                sink.onChunk(chunk, 0, at);
                at = 0;
            }
        }

        @Override
        public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
            begin(1);
            put(timeNs);
            put(nextOrderId);
            put(nextTradeId);
            put(nextSequence);
        }

        @Override
        public void instrument(final InstrumentSpec s, final long lastPrice, final long lastQuantity, final long tradeCount,
                               final boolean hasLastPrice) {
            begin(2);
            put(s.instrumentId());
            put(s.symbol());
            put(s.baseAsset());
            put(s.quoteAsset());
            put(s.priceDecimals());
            put(s.quantityDecimals());
            put(s.tickSize());
            put(s.lotSize());
            put(s.minPrice());
            put(s.maxPrice());
            put(s.maxQuantity());
            put(s.maxNotional());
            put(s.priceBand());
            put(s.referencePrice());
            put(s.marketProtection());
            put(s.makerFeeRate());
            put(s.takerFeeRate());
            put(s.riskChecked());
            put(s.state());
            put(lastPrice);
            put(lastQuantity);
            put(tradeCount);
            put(hasLastPrice);
        }

        @Override
        public void order(final OrderState o) {
            begin(3);
            put(o.orderId);
            put(o.clientOrderId);
            put(o.account);
            put(o.sessionIndex);
            put(o.instrumentId);
            put(o.side);
            put(o.orderType);
            put(o.timeInForce);
            put(o.flags);
            put(o.selfTradePrevention);
            put(o.price);
            put(o.leaves);
            put(o.slice);
            put(o.sequence);
            put(o.pending);
            put(o.stopPrice);
            put(o.displayQuantity);
            put(o.minQuantity);
            put(o.expireTimeNs);
            put(o.offset);
            put(o.limitPrice);
            put(o.linkId);
            put(o.pegReference);
            put(o.quoteId);
        }

        @Override
        public void account(final AccountState a) {
            begin(4);
            put(a.account);
            put(a.firm);
            put(a.killed);
            put(a.maxOrderQuantity);
            put(a.maxOrderNotional);
            put(a.maxPosition);
            put(a.maxOpenOrders);
            put(a.maxOrdersPerSecond);
            put(a.rateSecond);
            put(a.rateCount);
        }

        @Override
        public void balance(final int account, final long asset, final long total, final long reserved) {
            begin(5);
            put(account);
            put(asset);
            put(total);
            put(reserved);
        }

        @Override
        public void position(final int account, final int instrumentId, final long position) {
            begin(6);
            put(account);
            put(instrumentId);
            put(position);
        }

        @Override
        public void finishedId(final int account, final long clientOrderId) {
            begin(7);
            put(account);
            put(clientOrderId);
        }

        @Override
        public void fees(final long asset, final long collected) {
            begin(8);
            put(asset);
            put(collected);
        }
    }

    /** Decodes chunks, in their order, into a matcher. */
    public static final class Loader {
        private final LadderMatcher matcher;
        private final StateVisitor target;
        private final OrderState order = new OrderState();
        private final AccountState account = new AccountState();
        private DirectBuffer chunk;
        private int at;
        private long expectedHash;
        private boolean started;
        private boolean ended;

        Loader(final LadderMatcher matcher, final StateVisitor target) {
            this.matcher = matcher;
            this.target = target;
        }

        public void onChunk(final DirectBuffer buffer, final int offset, final int length) {
            chunk = buffer;
            at = offset;
            while (at < offset + length) {
                record(next());
            }
            if (at != offset + length) {
                throw new IllegalArgumentException("snapshot chunk: ends at " + at + " (expected: " + (offset + length) + ")");
            }
        }

        /** Checks that the snapshot was whole and that the matcher now has its state. */
        public void finish() {
            if (!ended) {
                throw new IllegalStateException("snapshot without its end record: torn or incomplete");
            }
            final long hash = matcher.stateHash();
            if (hash != expectedHash) {
                throw new IllegalStateException("state hash after restore: " + Long.toHexString(hash) + " (expected: "
                    + Long.toHexString(expectedHash) + ")");
            }
        }

        private long next() {
            final long value = chunk.getLong(at, ByteOrder.LITTLE_ENDIAN);
            at += 8;
            return value;
        }

        private int nextInt() {
            return (int) next();
        }

        private boolean nextBoolean() {
            return next() != 0;
        }

        private String nextString() {
            final int length = nextInt();
            final StringBuilder text = new StringBuilder(length);
            for (int i = 0; i < length; i++) {
                text.append((char) next());
            }
            return text.toString();
        }

        private void record(final long kind) {
            if (kind != HEAD && !started || ended) {
                throw new IllegalArgumentException("snapshot record " + kind + " out of place");
            }
            switch ((int) kind) {
                case (int) HEAD -> head(next());
                case 1 -> target.engine(next(), next(), next(), next());
                case 2 -> target.instrument(spec(), next(), next(), next(), nextBoolean());
                case 3 -> order();
                case 4 -> account();
                case 5 -> target.balance(nextInt(), next(), next(), next());
                case 6 -> target.position(nextInt(), nextInt(), next());
                case 7 -> target.finishedId(nextInt(), next());
                case 8 -> target.fees(next(), next());
                case (int) END -> {
                    expectedHash = next();
                    ended = true;
                }
                default -> throw new IllegalArgumentException("snapshot record kind: " + kind + " (expected: 1..8, 100, 101)");
            }
        }

        private void head(final long version) {
            if (version != VERSION) {
                throw new IllegalArgumentException("snapshot version: " + version + " (expected: " + VERSION + ")");
            }
            started = true;
        }

        private InstrumentSpec spec() {
            return new InstrumentSpec(nextInt(), nextString(), nextString(), nextString(), nextInt(), nextInt(), next(), next(), next(),
                next(), next(), next(), next(), next(), next(), nextInt(), nextInt(), nextBoolean(), nextInt());
        }

        private void order() {
            order.orderId = next();
            order.clientOrderId = next();
            order.account = nextInt();
            order.sessionIndex = nextInt();
            order.instrumentId = nextInt();
            order.side = nextInt();
            order.orderType = nextInt();
            order.timeInForce = nextInt();
            order.flags = nextInt();
            order.selfTradePrevention = nextInt();
            order.price = next();
            order.leaves = next();
            order.slice = next();
            order.sequence = next();
            order.pending = nextBoolean();
            order.stopPrice = next();
            order.displayQuantity = next();
            order.minQuantity = next();
            order.expireTimeNs = next();
            order.offset = next();
            order.limitPrice = next();
            order.linkId = next();
            order.pegReference = nextInt();
            order.quoteId = next();
            target.order(order);
        }

        private void account() {
            account.account = nextInt();
            account.firm = nextInt();
            account.killed = nextBoolean();
            account.maxOrderQuantity = next();
            account.maxOrderNotional = next();
            account.maxPosition = next();
            account.maxOpenOrders = next();
            account.maxOrdersPerSecond = next();
            account.rateSecond = next();
            account.rateCount = next();
            target.account(account);
        }
    }
}
