package bourse.bench.cache;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamRecord;
import bourse.engine.book.BookMemory;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import java.lang.reflect.Proxy;
import java.util.function.LongConsumer;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

/**
 * Applies a stream to the fast matcher, client ids and all. Loaded by {@link TracingLoader}, so it may only be created through it; the loader's
 * classes and ours meet in types of the JDK and in {@link CommandStream}.
 */
public final class TracedReplay implements Runnable {
    private static final int ACCOUNT = 1;
    private static final int INSTRUMENT = 1;
    private static final int LIMIT = 0;
    private static final int PUBLISH_EVERY = 64;

    private final CommandStream stream;
    private final LongConsumer onCommand;

    /** @param onCommand hears the number of each command before it is applied */
    public TracedReplay(final CommandStream stream, final LongConsumer onCommand) {
        this.stream = stream;
        this.onCommand = onCommand;
    }

    @Override
    public void run() {
        final MatcherLimits limits = MatcherLimits.bench((int) (stream.live() + stream.live() / 4 + 4_096));
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits)) {
            final LadderMatcher matcher = new LadderMatcher(limits, memory, listener());
            matcher.defineInstrument(InstrumentSpec.plain(INSTRUMENT, "TRACE"));
            matcher.advanceTime(1);
            for (int i = 0; i < stream.count(); i++) {
                onCommand.accept(i);
                apply(matcher, stream.address(i));
                if (i % PUBLISH_EVERY == PUBLISH_EVERY - 1) {
                    matcher.publish(i);
                }
            }
        }
    }

    private static bourse.engine.match.MatchListener listener() {
        return (bourse.engine.match.MatchListener) Proxy.newProxyInstance(TracedReplay.class.getClassLoader(),
                new Class<?>[] {bourse.engine.match.MatchListener.class}, (proxy, method, arguments) -> null);
    }

    private static void apply(final LadderMatcher matcher, final long record) {
        final int type = getByte(null, record + StreamRecord.TYPE_OFFSET);
        final long id = getLong(null, record + StreamRecord.ORDER_ID_OFFSET);
        final long price = getLong(null, record + StreamRecord.PRICE_OFFSET);
        final int quantity = getInt(null, record + StreamRecord.QUANTITY_OFFSET);
        switch (type) {
            case StreamRecord.NEW, StreamRecord.IOC -> matcher.newOrder(ACCOUNT, 0, id, INSTRUMENT, getByte(null, record
                    + StreamRecord.SIDE_OFFSET), LIMIT, type == StreamRecord.IOC ? 1 : 0, 0, 0, price, quantity, null);
            case StreamRecord.CANCEL -> matcher.cancel(ACCOUNT, 0, id);
            case StreamRecord.REDUCE -> matcher.reduce(ACCOUNT, 0, id, quantity);
            default -> matcher.replace(ACCOUNT, 0, id, price, getInt(null, record + StreamRecord.AUX_OFFSET));
        }
    }
}
