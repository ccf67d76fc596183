package bourse.bench.core;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamResult;
import bourse.engine.book.BookMemory;
import bourse.engine.events.EventSink;
import bourse.engine.log.LogControl;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.LadderMatching;
import bourse.engine.shard.Shard;
import bourse.engine.shard.ShardConfig;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.DefineInstrumentEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.SessionEstablishEncoder;
import bourse.sbe.engine.TradingState;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The whole engine of a shard without its log: decode the batch, refuse duplicates, check, match, number and encode the events, publish the
 * book. Hot path. Thread: the bench's.
 */
final class EngineRung implements CoreRung {
    private static final long FIRST_TIME_NS = 1_750_000_000_000_000_000L;
    private static final long STEP_NS = 1_000;

    private final CommandStream stream;
    private final EncodedCommands commands;
    private final FragmentSink sink;
    private final BookMemory memory;
    private final LadderMatching[] matching = new LadderMatching[1];
    private final Shard shard;
    private final UnsafeBuffer message = new UnsafeBuffer(0, 0);
    private long position;
    private long timeNs = FIRST_TIME_NS;

    EngineRung(final CommandStream stream, final EncodedCommands commands, final boolean verify) {
        this(stream, commands, new FragmentSink(verify), null);
    }

    /** The same with its events going to {@code events}; then {@link #result} knows no trades. */
    EngineRung(final CommandStream stream, final EncodedCommands commands, final EventSink events) {
        this(stream, commands, new FragmentSink(false), events);
    }

    private EngineRung(final CommandStream stream, final EncodedCommands commands, final FragmentSink sink, final EventSink events) {
        this.stream = stream;
        this.commands = commands;
        this.sink = sink;
        final MatcherLimits limits = BookRung.limits(stream);
        memory = LadderMatcher.offHeapMemory(limits);
        shard = new Shard(new ShardConfig(0, 4, 16, 4, WireLimits.MAX_EVENT_FRAGMENT_BYTES), listener -> {
            matching[0] = new LadderMatching(limits, memory, listener);
            return matching[0];
        });
        shard.onStart(new Control(events == null ? sink : events));
        defineInstrument();
        establish();
    }

    private void defineInstrument() {
        final var buffer = new ExpandableArrayBuffer();
        final var encoder = new DefineInstrumentEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        encoder.correlationId(1).tickSize(1).lotSize(1).minPrice(1).maxPrice(1L << 40).maxQuantity(1L << 31).maxNotional(0).priceBand(0)
                .referencePrice(0).marketProtection(0).symbol("BENCH").baseAsset("").quoteAsset("")
                .instrumentId(EncodedCommands.INSTRUMENT).makerFeeRate(0).takerFeeRate(0).priceDecimals((short) 0)
                .quantityDecimals((short) 0).riskChecked((short) 0).state(TradingState.CONTINUOUS);
        apply(new UnsafeBuffer(buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength()));
    }

    private void establish() {
        final var buffer = new ExpandableArrayBuffer();
        final var encoder = new SessionEstablishEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder());
        encoder.sessionId(EncodedCommands.SESSION).correlationId(2).gatewayId(1).account(EncodedCommands.ACCOUNT)
                .epoch(EncodedCommands.EPOCH).cancelOnDisconnect((short) 0).reserved1((short) 0).reserved2(0).reserved3(0);
        apply(new UnsafeBuffer(buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength()));
    }

    private void apply(final UnsafeBuffer command) {
        position += command.capacity();
        timeNs += STEP_NS;
        shard.onCommand(position, timeNs, command, 0, command.capacity());
    }

    @Override
    public String mode() {
        return "engine";
    }

    @Override
    public void apply(final int from, final int to) {
        final int end = commands.messageOf(to);
        for (int i = commands.messageOf(from); i < end; i++) {
            message.wrap(commands.address(i), commands.length(i));
            apply(message);
        }
    }

    @Override
    public StreamResult result() {
        final LadderMatcher matcher = matching[0].ladder();
        final TradeTally tally = sink.tally();
        return new StreamResult(tally.trades, tally.tradedQuantity, tally.notional, tally.hash,
                matcher.openOrders(EncodedCommands.INSTRUMENT, 0), matcher.openOrders(EncodedCommands.INSTRUMENT, 1),
                matcher.bestPrice(EncodedCommands.INSTRUMENT, 0), matcher.bestPrice(EncodedCommands.INSTRUMENT, 1), tally.rejects);
    }

    @Override
    public long bookHash() {
        return matching[0].matcher().bookHash();
    }

    @Override
    public void close() {
        memory.close();
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
            // nothing else runs here
        }
    }
}
