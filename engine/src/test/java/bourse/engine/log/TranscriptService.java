package bourse.engine.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A state machine that only remembers: every command as text, every timer; and publishes one event for each entry. */
final class TranscriptService implements LogListener {
    final List<String> entries = Collections.synchronizedList(new ArrayList<>());
    final List<Long> positions = Collections.synchronizedList(new ArrayList<>());
    final List<Long> times = Collections.synchronizedList(new ArrayList<>());
    private final UnsafeBuffer event = new UnsafeBuffer(new byte[64]);
    volatile boolean wasRestored;
    volatile int restoredEntries;
    volatile RuntimeException failOnPoison;
    private LogControl control;
    private long eventSeq;
    private long recordedEventSeq;

    @Override
    public void onRestore(final SnapshotReader snapshot) {
        wasRestored = true;
        while (snapshot.next((buffer, offset, length) -> entries.add(buffer.getStringWithoutLengthAscii(offset, length)))) {
            restoredEntries++;
        }
        eventSeq = entries.size();
    }

    @Override
    public long lastEventSeq() {
        return eventSeq;
    }

    @Override
    public long fingerprint() {
        return entries.hashCode();
    }

    @Override
    public void onStart(final LogControl logControl) {
        control = logControl;
        recordedEventSeq = logControl.events().lastRecordedEventSeq();
        logControl.events().onFirstEventSeq(eventSeq + 1);
    }

    @Override
    public void onCommand(final long position, final long timeNs, final DirectBuffer buffer, final int offset, final int length) {
        final String text = buffer.getStringWithoutLengthAscii(offset, length);
        if (text.startsWith("poison") && failOnPoison != null) {
            throw failOnPoison;
        }
        if (text.startsWith("timer ")) {
            control.scheduleTimer(Long.parseLong(text.substring(6)), timeNs + 20_000_000L);
        }
        apply(position, timeNs, text);
    }

    @Override
    public void onTimer(final long position, final long timeNs, final long timerId) {
        apply(position, timeNs, "fired " + timerId);
    }

    private void apply(final long position, final long timeNs, final String text) {
        entries.add(text);
        positions.add(position);
        times.add(timeNs);
        eventSeq++;
        final EventBatchEncoder batch = new EventBatchEncoder().wrapAndApplyHeader(event, 0, new MessageHeaderEncoder())
                .firstEventSeq(eventSeq).logPosition(position).timeNs(timeNs).count(1).shard(0).venueEpoch(1);
        if (eventSeq > recordedEventSeq) {
            control.events().offer(event, 0, MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength());
        }
    }

    @Override
    public void onTakeSnapshot(final SnapshotWriter snapshot) {
        control.events().awaitRecorded();
        final UnsafeBuffer chunk = new UnsafeBuffer(new byte[SnapshotWriter.MAX_CHUNK_BYTES]);
        for (final String entry : new ArrayList<>(entries)) {
            snapshot.write(chunk, 0, chunk.putStringWithoutLengthAscii(0, entry));
        }
    }

    @Override
    public void onRole(final LogRole role) {
        // nothing to do
    }

    @Override
    public void onStop() {
        // nothing to do
    }
}
