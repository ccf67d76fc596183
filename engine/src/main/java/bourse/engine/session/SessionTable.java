package bourse.engine.session;

import static bourse.engine.session.SessionRecord.ACCOUNT_OFFSET;
import static bourse.engine.session.SessionRecord.EPOCH_OFFSET;
import static bourse.engine.session.SessionRecord.FLAGS_OFFSET;
import static bourse.engine.session.SessionRecord.NEXT_CLIENT_SEQ_OFFSET;
import static bourse.engine.session.SessionRecord.OPEN;
import static bourse.engine.session.SessionRecord.OUTCOME_LENGTH;
import static bourse.engine.session.SessionRecord.SESSION_ID_OFFSET;

import java.lang.foreign.Arena;

import bourse.engine.events.CommandOutcome;
import bourse.engine.events.StateHashing;
import bourse.engine.store.StateMemory;
import bourse.sbe.WireLimits;

import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sessions of a shard, replicated state: who speaks, in which epoch, up to which command, and what the last
 * {@link WireLimits#OUTCOME_WINDOW} commands of each came to. Off heap and bounded; a session's outcomes (1 MiB) are allocated and touched when it is
 * first established, nothing per command. Hot path, but for {@link #add}. Thread: engine.
 *
 * <p>A session is named by (account, session id) and has a dense index, 1 and up, for life. It is never forgotten: forgetting it would
 * execute a repeated command twice.
 */
public final class SessionTable {
    /** No such session, or no room for another. */
    public static final int MISSING = 0;

    private static final int WINDOW_MASK = WireLimits.OUTCOME_WINDOW - 1;
    private static final int OUTCOMES_LENGTH = WireLimits.OUTCOME_WINDOW * OUTCOME_LENGTH;
    private static final int RECORD_SHIFT = Integer.numberOfTrailingZeros(SessionRecord.LENGTH);
    private static final int OUTCOME_SHIFT = Integer.numberOfTrailingZeros(OUTCOME_LENGTH);

    private final int maxSessions;
    private final StateMemory outcomesMemory;
    private final UnsafeBuffer records;
    private final UnsafeBuffer slots;
    private final int slotMask;
    private final UnsafeBuffer[] outcomes;
    private final long recordsAddress;
    private final long[] outcomesAddress;
    private int size;

    /**
     * The outcomes lie outside the JVM's direct-buffer limit, and are freed with the table.
     *
     * @param maxSessions 1..65,536
     */
    public SessionTable(final int maxSessions) {
        this(maxSessions, StateMemory.of(Arena.ofAuto()));
    }

    /** @param outcomesMemory of the outcomes of each session: so much that a simulation of many short lives takes it from a pool */
    public SessionTable(final int maxSessions, final StateMemory outcomesMemory) {
        this(maxSessions, outcomesMemory, StateMemory::collected);
    }

    /** @param memory of the table itself */
    public SessionTable(final int maxSessions, final StateMemory outcomesMemory, final StateMemory memory) {
        this.outcomesMemory = outcomesMemory;
        if (maxSessions < 1 || maxSessions > 65_536) {
            throw new IllegalArgumentException("maxSessions: " + maxSessions + " (expected: 1..65536)");
        }
        this.maxSessions = maxSessions;
        final int slotCount = BitUtil.findNextPositivePowerOfTwo(maxSessions * 2);
        records = memory.allocate((maxSessions + 1) * SessionRecord.LENGTH);
        slots = memory.allocate(slotCount * Integer.BYTES);
        slotMask = slotCount - 1;
        outcomes = new UnsafeBuffer[maxSessions + 1];
        recordsAddress = records.addressOffset();
        outcomesAddress = new long[maxSessions + 1];
    }

    /** Index of a session, or {@link #MISSING}. */
    public int find(final int account, final long sessionId) {
        int i = hash(account, sessionId) & slotMask;
        while (true) {
            final int index = slots.getInt(i << 2);
            if (index == 0 || isAt(index, account, sessionId)) {
                return index;
            }
            i = (i + 1) & slotMask;
        }
    }

    /** Adds a session that is not there yet: closed, epoch 0, next command 1. Cold. Returns its index, or {@link #MISSING} when there is no room. */
    public int add(final int account, final long sessionId) {
        if (size == maxSessions) {
            return MISSING;
        }
        final int index = ++size;
        final int at = index << RECORD_SHIFT;
        records.putLong(at + SESSION_ID_OFFSET, sessionId);
        records.putLong(at + NEXT_CLIENT_SEQ_OFFSET, 1);
        records.putLong(at + EPOCH_OFFSET, 0);
        records.putInt(at + ACCOUNT_OFFSET, account);
        records.putInt(at + FLAGS_OFFSET, 0);
        outcomes[index] = outcomesMemory.allocate(OUTCOMES_LENGTH);
        outcomesAddress[index] = outcomes[index].addressOffset();
        int i = hash(account, sessionId) & slotMask;
        while (slots.getInt(i << 2) != 0) {
            i = (i + 1) & slotMask;
        }
        slots.putInt(i << 2, index);
        return index;
    }

    public int account(final int index) {
        return records.getInt((index << RECORD_SHIFT) + ACCOUNT_OFFSET);
    }

    public long sessionId(final int index) {
        return records.getLong((index << RECORD_SHIFT) + SESSION_ID_OFFSET);
    }

    /** Epoch of the newest connection, 0 = never established. */
    public long epoch(final int index) {
        return records.getLong((index << RECORD_SHIFT) + EPOCH_OFFSET);
    }

    public boolean isOpen(final int index) {
        return (flags(index) & OPEN) != 0;
    }

    /** A new connection owns the session. {@code cancelFlags}: bit 0 = on disconnect, bit 1 = on terminate. */
    public void open(final int index, final long epoch, final int cancelFlags) {
        records.putLong((index << RECORD_SHIFT) + EPOCH_OFFSET, epoch);
        records.putInt((index << RECORD_SHIFT) + FLAGS_OFFSET, cancelFlags & 3 | OPEN);
    }

    /** The session has no connection any more; its numbers stay. */
    public void close(final int index) {
        records.putInt((index << RECORD_SHIFT) + FLAGS_OFFSET, flags(index) & ~OPEN);
    }

    public boolean cancelsOnDisconnect(final int index) {
        return (flags(index) & SessionRecord.CANCEL_ON_DISCONNECT) != 0;
    }

    public boolean cancelsOnTerminate(final int index) {
        return (flags(index) & SessionRecord.CANCEL_ON_TERMINATE) != 0;
    }

    /** Number of the command that comes next. */
    public long nextClientSeq(final int index) {
        return records.getLong((index << RECORD_SHIFT) + NEXT_CLIENT_SEQ_OFFSET);
    }

    /** The next command came to {@code outcome}; the number is used up. */
    public void record(final int index, final CommandOutcome outcome) {
        final long nextAt = recordsAddress + ((long) index << RECORD_SHIFT) + NEXT_CLIENT_SEQ_OFFSET;
        final long clientSeq = UnsafeApi.getLong(nextAt);
        final long at = outcomesAddress[index] + (((int) clientSeq & WINDOW_MASK) << OUTCOME_SHIFT);
        UnsafeApi.putLong(at + SessionRecord.OUTCOME_ORDER_ID_OFFSET, outcome.orderId());
        UnsafeApi.putLong(at + SessionRecord.OUTCOME_REST_OFFSET,
                SessionRecord.packRest(outcome.accountSeq(), outcome.templateId(), outcome.reason()));
        UnsafeApi.putLong(nextAt, clientSeq + 1);
    }

    /** What a command came to is still known: it is applied and among the last {@link WireLimits#OUTCOME_WINDOW}. */
    public boolean isRemembered(final int index, final long clientSeq) {
        final long next = nextClientSeq(index);
        return clientSeq > 0 && clientSeq < next && next - clientSeq <= WireLimits.OUTCOME_WINDOW;
    }

    public long outcomeAccountSeq(final int index, final long clientSeq) {
        return SessionRecord.accountSeq(rest(index, clientSeq));
    }

    public int outcomeTemplateId(final int index, final long clientSeq) {
        return SessionRecord.templateId(rest(index, clientSeq));
    }

    public int outcomeReason(final int index, final long clientSeq) {
        return SessionRecord.reason(rest(index, clientSeq));
    }

    public long outcomeOrderId(final int index, final long clientSeq) {
        return outcomes[index].getLong(((int) clientSeq & WINDOW_MASK) << OUTCOME_SHIFT);
    }

    /** Sessions there are; their indexes are 1..size. */
    public int size() {
        return size;
    }

    public int maxSessions() {
        return maxSessions;
    }

    /** Hash of all sessions and remembered outcomes. */
    public long stateHash() {
        long hash = size;
        for (int index = 1; index <= size; index++) {
            final int at = index << RECORD_SHIFT;
            hash = StateHashing.mix(hash, records.getLong(at + SESSION_ID_OFFSET));
            hash = StateHashing.mix(hash, records.getLong(at + NEXT_CLIENT_SEQ_OFFSET));
            hash = StateHashing.mix(hash, records.getLong(at + EPOCH_OFFSET));
            hash = StateHashing.mix(hash, records.getLong(at + ACCOUNT_OFFSET));
            final int used = usedOutcomeBytes(index);
            for (int i = 0; i < used; i += Long.BYTES) {
                hash = StateHashing.mix(hash, outcomes[index].getLong(i));
            }
        }
        return hash;
    }

    /** The record of a session, {@link #recordLength()} bytes. Cold: snapshots. */
    public int copyRecord(final int index, final UnsafeBuffer target, final int offset) {
        target.putBytes(offset, records, index << RECORD_SHIFT, SessionRecord.USED_LENGTH);
        return SessionRecord.USED_LENGTH;
    }

    /** Adds a session from its record, as the next index. Cold. */
    public void restoreRecord(final DirectBuffer source, final int offset) {
        final int account = source.getInt(offset + ACCOUNT_OFFSET);
        final int index = add(account, source.getLong(offset + SESSION_ID_OFFSET));
        if (index == MISSING) {
            throw new IllegalStateException("the snapshot has more sessions than engine.maxSessions allows, which is " + maxSessions);
        }
        records.putBytes(index << RECORD_SHIFT, source, offset, SessionRecord.USED_LENGTH);
    }

    public static int recordLength() {
        return SessionRecord.USED_LENGTH;
    }

    /** The outcomes of a session: a ring whose first {@link #usedOutcomeBytes} bytes are in use. Cold: snapshots. */
    public UnsafeBuffer outcomes(final int index) {
        return outcomes[index];
    }

    public int usedOutcomeBytes(final int index) {
        return (int) Math.min(nextClientSeq(index), WireLimits.OUTCOME_WINDOW) << OUTCOME_SHIFT;
    }

    private int flags(final int index) {
        return records.getInt((index << RECORD_SHIFT) + FLAGS_OFFSET);
    }

    private long rest(final int index, final long clientSeq) {
        return outcomes[index].getLong((((int) clientSeq & WINDOW_MASK) << OUTCOME_SHIFT) + SessionRecord.OUTCOME_REST_OFFSET);
    }

    private boolean isAt(final int index, final int account, final long sessionId) {
        return records.getLong((index << RECORD_SHIFT) + SESSION_ID_OFFSET) == sessionId
                && records.getInt((index << RECORD_SHIFT) + ACCOUNT_OFFSET) == account;
    }

    private static int hash(final int account, final long sessionId) {
        return (int) (StateHashing.mix(account, sessionId) >>> 32);
    }
}
