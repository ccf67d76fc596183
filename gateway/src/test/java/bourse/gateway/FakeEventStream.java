package bourse.gateway;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.agrona.concurrent.UnsafeBuffer;

import bourse.sbe.WireLimits;
import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.EventBatchPartEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.port.EventSource;

/**
 * The event stream of an engine in memory: what is written is recorded, in fragments that a log entry's events may go on in, and read from any
 * number on. Thread: the gateway's agent; the switches may be set by tests.
 */
abstract class FakeEventStream implements EventSource {
    private record Fragment(long firstEventSeq, int count, byte[] bytes) {
    }

    /** Fragments below this index are no longer in the recording. */
    volatile int firstFragment;
    volatile int maxCursors = 8;
    volatile boolean cursorsAreCut;
    /** Fragments that a cursor does not have yet. */
    volatile int cursorLag;

    /** Where the next event is written, behind its header, at {@link #length()}. */
    final UnsafeBuffer out = new UnsafeBuffer(new byte[1 << 20]);
    final MessageHeaderEncoder outHeader = new MessageHeaderEncoder();
    long logPosition;

    private final int shard;
    private final List<Fragment> recording = new ArrayList<>();
    private final Map<Integer, Long> accountSeqs = new HashMap<>();
    private long eventSeq;
    private int length;
    private int count;
    private int polled;
    private int cursors;
    private long first;

    /** @param shard whose events these say that they are */
    FakeEventStream(final int shard) {
        this.shard = shard;
    }

    // ------------------------------------------------------------------------------------------ reading

    @Override
    public int poll(final Handler handler, final int fragmentLimit) {
        int delivered = 0;
        while (polled < recording.size() && delivered < fragmentLimit) {
            deliver(handler, polled++);
            delivered++;
        }
        return delivered;
    }

    private void deliver(final Handler handler, final int index) {
        final byte[] bytes = recording.get(index).bytes;
        handler.onEvents(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    @Override
    public boolean isCaughtUp() {
        return polled > 0;
    }

    @Override
    public long firstAvailableEventSeq() {
        return recording.get(Math.min(firstFragment, recording.size() - 1)).firstEventSeq;
    }

    @Override
    public Cursor openCursor(final long fromEventSeq, final Wanted wanted) {
        if (cursors >= maxCursors) {
            return null;
        }
        cursors++;
        int index = firstFragment;
        while (index + 1 < recording.size() && recording.get(index + 1).firstEventSeq <= fromEventSeq) {
            index++;
        }
        final int start = index;
        return new Cursor() {
            private int next = start;

            @Override
            public int poll(final Handler handler, final int fragmentLimit) {
                int delivered = 0;
                while (!cursorsAreCut && next < polled - cursorLag && delivered < fragmentLimit) {
                    deliver(handler, next++);
                    delivered++;
                }
                return delivered;
            }

            @Override
            public boolean isCaughtUp() {
                return next >= polled;
            }

            @Override
            public boolean isCut() {
                return cursorsAreCut;
            }

            @Override
            public void close() {
                cursors--;
            }
        };
    }

    // ------------------------------------------------------------------------------------------ writing

    final long lastAccountSeq(final int account) {
        return accountSeqs.getOrDefault(account, 0L);
    }

    final long accountSeq(final int account) {
        return accountSeqs.merge(account, 1L, Long::sum);
    }

    final void begin() {
        length = 8 + EventBatchEncoder.BLOCK_LENGTH;
        count = 0;
        first = eventSeq + 1;
    }

    final int length() {
        if (length > WireLimits.MAX_EVENT_FRAGMENT_BYTES - 200) {
            end(false);
            begin();
        }
        return length;
    }

    final void done(final int blockLength) {
        length += 8 + blockLength;
        count++;
        eventSeq++;
    }

    final void end() {
        end(true);
    }

    private void end(final boolean endOfEntry) {
        if (count == 0) {
            return;
        }
        new EventBatchEncoder().wrapAndApplyHeader(out, 0, outHeader).firstEventSeq(first).logPosition(logPosition).timeNs(1_000 + logPosition)
            .count(count).shard(shard).venueEpoch(1);
        if (!endOfEntry) {
            out.putShort(2, (short) EventBatchPartEncoder.TEMPLATE_ID, ByteOrder.LITTLE_ENDIAN);
        }
        final byte[] bytes = new byte[length];
        out.getBytes(0, bytes);
        recording.add(new Fragment(first, count, bytes));
    }
}
