package bourse.sbe;

import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.EventBatchPartDecoder;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;

/** What the message header of a fragment of the event stream tells: {@code EventBatch} and {@code EventBatchPart} are laid out alike. Hot path. */
public final class EventBatchHead {
    private static final int TEMPLATE_OFFSET = Short.BYTES;

    static {
        if (EventBatchDecoder.BLOCK_LENGTH != EventBatchPartDecoder.BLOCK_LENGTH
            || EventBatchDecoder.venueEpochEncodingOffset() != EventBatchPartDecoder.venueEpochEncodingOffset()) {
            throw new ExceptionInInitializerError("EventBatch and EventBatchPart differ");
        }
    }

    private EventBatchHead() {
    }

    /** A fragment of the event stream, of whichever of the two kinds. */
    public static boolean isEventBatch(final DirectBuffer buffer, final int offset) {
        final int templateId = templateId(buffer, offset);
        return templateId == EventBatchDecoder.TEMPLATE_ID || templateId == EventBatchPartDecoder.TEMPLATE_ID;
    }

    /** No further fragment of the same log entry follows. */
    public static boolean isEndOfEntry(final DirectBuffer buffer, final int offset) {
        return templateId(buffer, offset) != EventBatchPartDecoder.TEMPLATE_ID;
    }

    private static int templateId(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + TEMPLATE_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }
}
