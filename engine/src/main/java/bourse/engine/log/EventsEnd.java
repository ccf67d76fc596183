package bourse.engine.log;

import bourse.engine.store.RecordingReader;
import bourse.sbe.EventBatchHead;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import org.agrona.DirectBuffer;

/** Up to which entry of the log recorded events tell what became of it: so far it was committed, whatever the log itself still has. Cold. */
final class EventsEnd implements RecordingReader.MessageHandler {
    private final EventBatchDecoder batch = new EventBatchDecoder();
    private long logPosition;

    @Override
    public void onMessage(final DirectBuffer buffer, final int offset, final int length, final long startPosition, final long endPosition) {
        if (EventBatchHead.isEventBatch(buffer, offset)) {
            batch.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
            logPosition = Math.max(logPosition, batch.logPosition());
        }
    }

    /** Of the log, behind the last entry that has an event; 0 = none has. */
    long logPosition() {
        return logPosition;
    }
}
