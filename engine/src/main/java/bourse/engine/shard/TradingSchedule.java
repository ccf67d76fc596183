package bourse.engine.shard;

import bourse.engine.events.StateHashing;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.TradingState;

/**
 * Changes of trading states at times of the log: replicated state, in the order in which they come due, at equal times in the order in which they were asked for.
 * Thread: engine. Bounded: {@value #CAPACITY} changes.
 */
final class TradingSchedule {
    static final int CAPACITY = 256;
    static final int FIELDS = 4;
    /** Each repetition is an entry of the log. */
    static final long LEAST_EVERY_NS = 1_000_000_000L;
    /** {@link #nextNs} of an empty schedule. */
    static final long NEVER = Long.MAX_VALUE;
    private static final int EVERY = 1;
    private static final int INSTRUMENT = 2;
    private static final int STATE = 3;

    private final long[][] changes = new long[CAPACITY][FIELDS];
    private int count;
    private long armedNs = NEVER;

    /** What is wrong with a change asked for at {@code nowNs}: {@code RejectReason}, in the next byte the {@code Field}; 0 = it is scheduled. */
    int add(final long atNs, final long everyNs, final int instrumentId, final int state, final long nowNs) {
        if (state > TradingState.CLOSED.value()) {
            return RejectReason.MALFORMED.value() | Field.FLAGS.value() << 8;
        }
        if (atNs <= nowNs || everyNs != 0 && everyNs < LEAST_EVERY_NS) {
            return RejectReason.INVALID_EXPIRY.value() | Field.EXPIRE_TIME.value() << 8;
        }
        if (count == CAPACITY) {
            return RejectReason.CAPACITY.value();
        }
        insert(atNs, everyNs, instrumentId, state);
        return 0;
    }

    private void insert(final long atNs, final long everyNs, final int instrumentId, final int state) {
        final long[] free = changes[count];
        int at = count++;
        while (at > 0 && changes[at - 1][0] > atNs) {
            changes[at] = changes[at - 1];
            at--;
        }
        changes[at] = free;
        free[0] = atNs;
        free[EVERY] = everyNs;
        free[INSTRUMENT] = instrumentId;
        free[STATE] = state;
    }

    /** Takes back what is scheduled for an instrument (0 = for all at once). @return how many changes */
    int clear(final int instrumentId) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (changes[i][INSTRUMENT] != instrumentId) {
                final long[] stays = changes[i];
                changes[i] = changes[kept];
                changes[kept++] = stays;
            }
        }
        final int cleared = count - kept;
        count = kept;
        return cleared;
    }

    /** When the next change is due, {@link #NEVER} = none is. */
    long nextNs() {
        return count == 0 ? NEVER : changes[0][0];
    }

    int nextInstrumentId() {
        return (int) changes[0][INSTRUMENT];
    }

    int nextState() {
        return (int) changes[0][STATE];
    }

    /** The next change has been made; if it comes again, it is due after {@code nowNs}. */
    void done(final long nowNs) {
        final long[] first = changes[0];
        final long atNs = first[0];
        final long everyNs = first[EVERY];
        final int instrumentId = (int) first[INSTRUMENT];
        final int state = (int) first[STATE];
        System.arraycopy(changes, 1, changes, 0, --count);
        changes[count] = first;
        if (everyNs > 0 && everyNs < NEVER - nowNs) {
            insert(atNs + ((nowNs - atNs) / everyNs + 1) * everyNs, everyNs, instrumentId, state);
        }
    }

    /** The time for which the log's timer is to be set, if it is not set for it yet; else {@link #NEVER}. */
    long timerToSetNs() {
        final long next = nextNs();
        if (next == armedNs) {
            return NEVER;
        }
        armedNs = next;
        return next;
    }

    /** The log's timer went off. */
    void timerDone() {
        armedNs = NEVER;
    }

    int count() {
        return count;
    }

    /** Field {@code field} of change {@code index}, for snapshots. */
    long value(final int index, final int field) {
        return changes[index][field];
    }

    /** The next change of a snapshot, in its order; the timer of the first is set in the log. */
    void restore(final long atNs, final long everyNs, final long instrumentId, final long state) {
        insert(atNs, everyNs, (int) instrumentId, (int) state);
        armedNs = nextNs();
    }

    long mixInto(final long hash) {
        long mixed = hash;
        for (int i = 0; i < count; i++) {
            for (int field = 0; field < FIELDS; field++) {
                mixed = StateHashing.mix(mixed, changes[i][field]);
            }
        }
        return mixed;
    }
}
