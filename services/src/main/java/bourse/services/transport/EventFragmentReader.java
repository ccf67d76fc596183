package bourse.services.transport;

import bourse.sbe.EventBatchHead;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.port.EventSource;
import io.aeron.ControlledFragmentAssembler;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;

import java.nio.ByteOrder;

/**
 * Turns the fragments of one image into event fragments in order: assembles, leaves out what was delivered before, and refuses a hole.
 * Hot path. Thread: one agent.
 */
final class EventFragmentReader implements ControlledFragmentHandler {
    private static final int FIRST_SEQ = MessageHeaderDecoder.ENCODED_LENGTH + EventBatchDecoder.firstEventSeqEncodingOffset();
    private static final int COUNT = MessageHeaderDecoder.ENCODED_LENGTH + EventBatchDecoder.countEncodingOffset();
    static final int HEAD_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH + EventBatchDecoder.BLOCK_LENGTH;

    /** What is delivered, and may be delivered, of one reader of the stream. */
    interface Progress {
        /** First number that is not delivered yet; 0 = whatever comes first. */
        long nextEventSeq();

        /** Called before the fragment is handed on. */
        void onFragment(long firstEventSeq, int count, long startPosition);
    }

    private final Progress progress;
    private final ControlledFragmentAssembler assembler = new ControlledFragmentAssembler(this);
    private EventSource.Handler handler;
    private long position;

    /** Number of the first event of a fragment. */
    static long firstEventSeq(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + FIRST_SEQ, ByteOrder.LITTLE_ENDIAN);
    }

    /** Events in a fragment. */
    static int count(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + COUNT, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    EventFragmentReader(final Progress progress) {
        this.progress = progress;
    }

    /** What is read from now on begins at {@code startPosition} of the stream. */
    void beginAt(final long startPosition) {
        position = startPosition;
        assembler.clear();
    }

    /** To be given to the image; hands fragments to {@code newHandler}. */
    ControlledFragmentHandler handing(final EventSource.Handler newHandler) {
        handler = newHandler;
        return assembler;
    }

    /** Position behind the last fragment that was read. */
    long position() {
        return position;
    }

    @Override
    public Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final long endPosition = header.position();
        if (endPosition <= position || length < HEAD_LENGTH
            || !EventBatchHead.isEventBatch(buffer, offset)) {
            return Action.CONTINUE;
        }
        final long firstEventSeq = firstEventSeq(buffer, offset);
        final int count = count(buffer, offset);
        final long next = progress.nextEventSeq();
        final long startPosition = position;
        position = endPosition;
        if (next == 0 || firstEventSeq == next) {
            progress.onFragment(firstEventSeq, count, startPosition);
            handler.onEvents(buffer, offset, length);
        } else if (firstEventSeq > next) {
            throw new IllegalStateException(
                "the event stream has a hole, expectedEventSeq=" + next + ", foundEventSeq=" + firstEventSeq + ", position=" + startPosition);
        } else if (firstEventSeq + count > next) {
            throw new IllegalStateException(
                "the event stream was cut differently before, expectedEventSeq=" + next + ", foundEventSeq=" + firstEventSeq + ", count=" + count);
        }
        return Action.CONTINUE;
    }
}
