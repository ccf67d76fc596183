package bourse.marketdata;

import bourse.sbe.port.EventSource;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** An event stream in memory: fragments may be added from another thread. */
public final class RecordedEvents implements EventSource {
    private final List<byte[]> fragments = new ArrayList<>();
    private int position;
    private int cursors;

    /** Adds a fragment at the end. */
    public synchronized void add(final byte[] fragment) {
        fragments.add(fragment);
    }

    /** A second reader of the same stream, from its beginning. */
    public synchronized RecordedEvents fromTheStart() {
        final RecordedEvents again = new RecordedEvents();
        again.fragments.addAll(fragments);
        return again;
    }

    /** Cursors that are open. */
    public synchronized int openCursors() {
        return cursors;
    }

    @Override
    public int poll(final Handler handler, final int fragmentLimit) {
        int delivered = 0;
        while (delivered < fragmentLimit) {
            final byte[] fragment = at(position);
            if (fragment == null) {
                break;
            }
            position++;
            delivered++;
            handler.onEvents(new UnsafeBuffer(fragment), 0, fragment.length);
        }
        return delivered;
    }

    @Override
    public synchronized boolean isCaughtUp() {
        return position == fragments.size();
    }

    @Override
    public long firstAvailableEventSeq() {
        return 1;
    }

    @Override
    public synchronized Cursor openCursor(final long fromEventSeq, final Wanted wanted) {
        cursors++;
        final int end = position;
        int first = 0;
        while (first < end && lastEventSeq(fragments.get(first)) < fromEventSeq) {
            first++;
        }
        final int begin = first;
        return new Cursor() {
            private int next = begin;

            @Override
            public int poll(final Handler handler, final int fragmentLimit) {
                int delivered = 0;
                while (delivered < fragmentLimit && next < end) {
                    final byte[] fragment = at(next++);
                    handler.onEvents(new UnsafeBuffer(fragment), 0, fragment.length);
                    delivered++;
                }
                return delivered;
            }

            @Override
            public boolean isCaughtUp() {
                return next == end;
            }

            @Override
            public void close() {
                synchronized (RecordedEvents.this) {
                    cursors--;
                }
            }
        };
    }

    @Override
    public void close() {
    }

    private synchronized byte[] at(final int index) {
        return index < fragments.size() ? fragments.get(index) : null;
    }

    private static long lastEventSeq(final byte[] fragment) {
        final EventBatchDecoder batch = new EventBatchDecoder();
        batch.wrapAndApplyHeader(new UnsafeBuffer(fragment), 0, new MessageHeaderDecoder());
        return batch.firstEventSeq() + batch.count() - 1;
    }
}
