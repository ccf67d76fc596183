package bourse.engine.events;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import bourse.engine.store.StateMemory;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.EventBatchPartEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;

import java.nio.ByteOrder;

import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The fragment under construction: an {@code EventBatch} header and the events of one log entry, each with its message header. A full
 * fragment is handed on as an {@code EventBatchPart} and the entry goes on in the next one. Hot path. Thread: engine. No allocation after construction.
 *
 * <p>It gives {@code event_seq}: claiming room for an event is giving it its number. Fragment boundaries depend on the events alone, so a
 * replay makes the same bytes; a fragment that the sink has recorded in an earlier life is not offered again.
 */
public final class EventFragment {
    private static final int HEAD_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + EventBatchEncoder.BLOCK_LENGTH;
    private static final int BLOCK = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final long SCHEMA_BITS = (long) EventBatchEncoder.SCHEMA_ID << 32 | (long) EventBatchEncoder.SCHEMA_VERSION << 48;

    static {
        if (ByteOrder.nativeOrder() != LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("EventFragment: native byte order " + ByteOrder.nativeOrder()
                    + " (expected: LITTLE_ENDIAN, events are written in the machine's order)");
        }
    }

    private final UnsafeBuffer buffer;
    private final long address;
    private final int shard;
    private final int maxBytes;
    private EventSink sink;
    private long recordedEventSeq;
    private long lastEventSeq;
    private long positionOfEntry;
    private long timeOfEntryNs;
    private long venueEpoch;
    private int length = HEAD_LENGTH;
    private int count;

    /**
     * @param shard    0..65535
     * @param maxBytes of one fragment, 512..{@link WireLimits#MAX_EVENT_FRAGMENT_BYTES}
     */
    public EventFragment(final int shard, final int maxBytes) {
        this(shard, maxBytes, StateMemory::collected);
    }

    /** @param memory of one fragment */
    public EventFragment(final int shard, final int maxBytes, final StateMemory memory) {
        if (shard < 0 || shard > 0xFFFF) {
            throw new IllegalArgumentException("shard: " + shard + " (expected: 0..65535)");
        }
        if (maxBytes < 512 || maxBytes > WireLimits.MAX_EVENT_FRAGMENT_BYTES) {
            throw new IllegalArgumentException(
                    "maxBytes: " + maxBytes + " (expected: 512.." + WireLimits.MAX_EVENT_FRAGMENT_BYTES + ")");
        }
        this.shard = shard;
        this.maxBytes = maxBytes;
        buffer = memory.allocate(WireLimits.MAX_EVENT_FRAGMENT_BYTES);
        address = buffer.addressOffset();
    }

    /** Where fragments go, and from which event on they are new. Once per life, after the state was restored. */
    public void connect(final EventSink newSink) {
        recordedEventSeq = newSink.lastRecordedEventSeq();
        newSink.onFirstEventSeq(lastEventSeq + 1);
        sink = newSink;
    }

    /**
     * The log was repeated to its end: every recorded event must have come again.
     *
     * @throws EventStreamException when events were published whose commands the log has lost
     */
    public void checkNotBehindRecording() {
        if (lastEventSeq < recordedEventSeq) {
            throw new EventStreamException("the log ends before its events: lastEventSeq=" + lastEventSeq + ", recorded up to "
                    + recordedEventSeq + "; commands were lost after they were acknowledged (power loss without sync=POWER, or files"
                    + " restored from different times). Restore the data directory from a backup, or start a new venue");
        }
    }

    /** What follows was caused by the log entry at {@code position}. */
    public void beginEntry(final long position, final long timeNs) {
        positionOfEntry = position;
        timeOfEntryNs = timeNs;
    }

    /** The entry's events are complete. */
    public void endEntry() {
        if (count > 0) {
            emit(true);
        }
    }

    /** Room for one event: gives it its number, writes its header, clears its last eight bytes and returns the offset of its block. */
    int claim(final int templateId, final int blockLength) {
        int at = length;
        if (at + BLOCK + blockLength > maxBytes || count == 0xFFFF) {
            emit(false);
            at = length;
        }
        UnsafeApi.putLong(address + at, SCHEMA_BITS | (long) templateId << 16 | blockLength);
        UnsafeApi.putLong(address + at + blockLength, 0);
        length = at + BLOCK + blockLength;
        count++;
        lastEventSeq++;
        return at + BLOCK;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** Where the buffer begins, for as long as this fragment lives: what was claimed is written without another check. */
    long address() {
        return address;
    }

    /** Number of the last event, 0 = none yet. */
    public long lastEventSeq() {
        return lastEventSeq;
    }

    public void restoreLastEventSeq(final long eventSeq) {
        lastEventSeq = eventSeq;
    }

    /** Changes when a venue starts anew; taken from the log's first entry. */
    public long venueEpoch() {
        return venueEpoch;
    }

    public void venueEpoch(final long epoch) {
        venueEpoch = epoch;
    }

    private void emit(final boolean isEndOfEntry) {
        final int block = BLOCK;
        final long templateId = isEndOfEntry ? EventBatchEncoder.TEMPLATE_ID : EventBatchPartEncoder.TEMPLATE_ID;
        buffer.putLong(0, SCHEMA_BITS | templateId << 16 | EventBatchEncoder.BLOCK_LENGTH, LITTLE_ENDIAN);
        buffer.putLong(block + EventBatchEncoder.firstEventSeqEncodingOffset(), lastEventSeq - count + 1, LITTLE_ENDIAN);
        buffer.putLong(block + EventBatchEncoder.logPositionEncodingOffset(), positionOfEntry, LITTLE_ENDIAN);
        buffer.putLong(block + EventBatchEncoder.timeNsEncodingOffset(), timeOfEntryNs, LITTLE_ENDIAN);
        buffer.putShort(block + EventBatchEncoder.countEncodingOffset(), (short) count, LITTLE_ENDIAN);
        buffer.putShort(block + EventBatchEncoder.shardEncodingOffset(), (short) shard, LITTLE_ENDIAN);
        buffer.putInt(block + EventBatchEncoder.venueEpochEncodingOffset(), (int) venueEpoch, LITTLE_ENDIAN);
        if (lastEventSeq > recordedEventSeq) {
            sink.offer(buffer, 0, length);
        }
        length = HEAD_LENGTH;
        count = 0;
    }
}
