package bourse.services.transport;

import bourse.sbe.port.EventSource;

/** A second reader of the recording, behind the primary one. Hot path. Thread: the source's agent. */
final class EventCursor implements EventSource.Cursor, EventFragmentReader.Progress {
    private final AeronEventSource source;
    private final EventFragmentReader reader = new EventFragmentReader(this);
    private final EventSource.Handler skip = (buffer, offset, length) -> { };
    private final long fromEventSeq;
    private EventSource.Handler handler;
    private final EventSource.Handler filter;
    private RecordingReplay replay;
    private long nextEventSeq;
    private boolean isClosed;

    EventCursor(final AeronEventSource source, final long fromEventSeq) {
        this.source = source;
        this.fromEventSeq = Math.max(fromEventSeq, source.firstAvailableEventSeq());
        filter = (buffer, offset, length) -> (nextEventSeq > this.fromEventSeq ? handler : skip).onEvents(buffer, offset, length);
    }

    @Override
    public int poll(final EventSource.Handler newHandler, final int fragmentLimit) {
        if (isClosed || isCaughtUp()) {
            return 0;
        }
        handler = newHandler;
        int work = source.pollArchive();
        if (source.isAway()) {
            return work;
        }
        if (replay == null) {
            final int entry = source.index().floor(Math.max(nextEventSeq, fromEventSeq));
            reader.beginAt(source.index().position(entry));
            replay = source.replayOf(entry);
            return work + 1;
        }
        work += replay.poll(reader.handing(filter), fragmentLimit);
        if (replay.isEnded()) {
            replay.close();
            replay = null;
        }
        return work;
    }

    @Override
    public boolean isCaughtUp() {
        return Math.max(nextEventSeq, fromEventSeq) >= source.nextEventSeq();
    }

    @Override
    public long nextEventSeq() {
        return nextEventSeq;
    }

    @Override
    public long lastEventSeq() {
        return source.nextEventSeq() - 1;
    }

    @Override
    public void onFragment(final long firstEventSeq, final int count, final long startPosition) {
        nextEventSeq = firstEventSeq + count;
    }

    /** The media driver is gone: begins again with a new replay when there is a new one. */
    void forget() {
        if (replay != null) {
            replay.forget();
            replay = null;
        }
    }

    boolean isClosed() {
        return isClosed;
    }

    @Override
    public void close() {
        isClosed = true;
        if (replay != null) {
            replay.close();
            replay = null;
        }
    }
}
