package bourse.engine.log;

import java.util.ArrayList;
import java.util.List;

import bourse.engine.events.EventSink;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The recorded event stream of a {@link SimulatedLog}. Thread: the simulation's. */
public final class RecordedEvents implements EventSink {
    private final List<byte[]> fragments = new ArrayList<>();
    private int fragmentsAtStart;

    void onStart() {
        fragmentsAtStart = fragments.size();
    }

    void loseTail(final int lostFragments) {
        for (int i = 0; i < lostFragments && !fragments.isEmpty(); i++) {
            fragments.removeLast();
        }
    }

    /** Every fragment that is recorded, oldest first. */
    public List<byte[]> fragments() {
        return List.copyOf(fragments);
    }

    /** Fragments that were recorded before the present life began. */
    public int fragmentsAtStart() {
        return fragmentsAtStart;
    }

    @Override
    public long lastRecordedEventSeq() {
        if (fragments.isEmpty()) {
            return 0;
        }
        final EventBatchDecoder batch = new EventBatchDecoder().wrap(new UnsafeBuffer(fragments.getLast()),
                MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
        return batch.firstEventSeq() + batch.count() - 1;
    }

    @Override
    public void onFirstEventSeq(final long eventSeq) {
        if (eventSeq > lastRecordedEventSeq() + 1) {
            fragments.clear();
        }
    }

    @Override
    public void offer(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] fragment = new byte[length];
        buffer.getBytes(offset, fragment);
        fragments.add(fragment);
    }

    @Override
    public void awaitRecorded() {
        // an offer is recorded when it returns
    }
}
