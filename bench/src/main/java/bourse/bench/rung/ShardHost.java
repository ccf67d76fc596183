package bourse.bench.rung;

import bourse.bench.stream.CommandStream;
import bourse.engine.book.BookMemory;
import bourse.engine.events.EventSink;
import bourse.engine.log.LogControl;
import bourse.engine.log.LogListener;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.SessionEstablishEncoder;
import bourse.sbe.engine.TradingState;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/**
 * A whole shard without a log: what decodes, checks, matches and reports in the rungs below {@code log}. Hot path. Thread: one, whoever applies.
 */
final class ShardHost implements AutoCloseable {
    private static final long FIRST_TIME_NS = 1_750_000_000_000_000_000L;
    private static final long STEP_NS = 1_000;
    private static final int EVENTS = 1;
    private static final int HEADER = bourse.sbe.engine.MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int COMMAND_COUNT_OFFSET = HEADER + CommandBatchDecoder.BLOCK_LENGTH + 2;

    private final BookMemory memory;
    private final LadderMatching[] matching = new LadderMatching[1];
    private final LogListener shard;
    private final Plant plant;
    private long position;
    private long timeNs = FIRST_TIME_NS;

    /** @param events where reports go: a message per fragment; when it is full the shard waits */
    ShardHost(final MatcherLimits limits, final RingBuffer events, final Plant plant) {
        this.plant = plant;
        memory = LadderMatcher.offHeapMemory(limits);
        shard = shard(limits, memory, matching);
        shard.onStart(new Control(new RingSink(events)));
    }

    /** A shard with room for one account and a few sessions. */
    static Shard shard(final MatcherLimits limits, final BookMemory memory, final LadderMatching[] holder) {
        return new Shard(config(limits), listener -> {
            holder[0] = new LadderMatching(limits, memory, listener);
            return holder[0];
        });
    }

    static ShardConfig config(final MatcherLimits limits) {
        return new ShardConfig(0, 4, 16, limits.maxInstruments(), WireLimits.MAX_EVENT_FRAGMENT_BYTES);
    }

    static MatcherLimits limits(final CommandStream stream) {
        return BookDriver.limits(stream);
    }

    /** With room for more instruments than one. */
    static MatcherLimits limits(final CommandStream stream, final int instruments) {
        final MatcherLimits one = limits(stream);
        return new MatcherLimits(instruments, Math.min(MatcherLimits.MAX_ORDERS, (int) (one.maxOrders() + instruments * stream.live() * 2)),
                1 << 18, one.maxAccounts(), one.maxFinishedIds(), one.maxPositions(), 1 << 13);
    }

    void apply(final DirectBuffer buffer, final int offset, final int length) {
        position += length;
        timeNs += STEP_NS;
        shard.onCommand(position, timeNs, buffer, offset, length);
        burn(plant, buffer, offset);
    }

    /** For each command of a batch. */
    static void burn(final Plant plant, final DirectBuffer buffer, final int offset) {
        if (plant.burns() && buffer.getShort(offset + 2, ByteOrder.LITTLE_ENDIAN) == CommandBatchDecoder.TEMPLATE_ID) {
            plant.burn(buffer.getShort(offset + COMMAND_COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN));
        }
    }

    long bookHash() {
        return matching[0].matcher().bookHash();
    }

    /** The one instrument. @return its length */
    static int defineInstrument(final MutableDirectBuffer buffer) {
        final var encoder = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        encoder.correlationId(1).tickSize(1).lotSize(1).minPrice(1).maxPrice(1L << 40).maxQuantity(1L << 31).maxNotional(0).priceBand(0)
                .referencePrice(0).marketProtection(0).symbol("BENCH").baseAsset("").quoteAsset("")
                .instrumentId(RoundMessages.INSTRUMENT).makerFeeRate(0).takerFeeRate(0).priceDecimals((short) 0)
                .quantityDecimals((short) 0).riskChecked((short) 0).state(TradingState.CONTINUOUS);
        return HEADER + encoder.encodedLength();
    }

    /** The one session. @return its length */
    static int establish(final MutableDirectBuffer buffer) {
        final var encoder = new SessionEstablishEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        encoder.sessionId(RoundMessages.SESSION).correlationId(2).gatewayId(1).account(RoundMessages.ACCOUNT).epoch(RoundMessages.EPOCH)
                .cancelOnDisconnect((short) 0).reserved1((short) 0).reserved2(0).reserved3(0);
        return HEADER + encoder.encodedLength();
    }

    @Override
    public void close() {
        memory.close();
    }

    /** Each fragment is a message of the ring. */
    private record RingSink(RingBuffer ring) implements EventSink {
        @Override
        public long lastRecordedEventSeq() {
            return 0;
        }

        @Override
        public void onFirstEventSeq(final long eventSeq) {
            // one life only
        }

        @Override
        public void offer(final DirectBuffer buffer, final int offset, final int length) {
            while (!ring.write(EVENTS, buffer, offset, length)) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void awaitRecorded() {
            // nothing is recorded
        }
    }

    /** A log that gives nothing but a place for events. */
    private record Control(EventSink events) implements LogControl {
        @Override
        public void scheduleTimer(final long timerId, final long deadlineNs) {
            // no GTD orders in the streams
        }

        @Override
        public void cancelTimer(final long timerId) {
            // none was scheduled
        }

        @Override
        public void idle() {
            Thread.onSpinWait();
        }
    }
}
