package bourse.bench.core;

import bourse.engine.events.EventSink;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.TradeDecoder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where the engine's events go in the bench: copied into a ring in memory as into a publication's log buffer, and, in the pass that verifies,
 * decoded too. Hot path. Thread: the bench's.
 */
final class FragmentSink implements EventSink {
    private static final int RING_BYTES = 8 << 20;
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;

    private final UnsafeBuffer ring = new UnsafeBuffer(BufferUtil.allocateDirectAligned(RING_BYTES, 64));
    private final boolean decode;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final EventBatchDecoder head = new EventBatchDecoder();
    private final TradeDecoder trade = new TradeDecoder();
    private final TradeTally tally = new TradeTally();
    private int at;
    private long bytes;

    FragmentSink(final boolean decode) {
        this.decode = decode;
    }

    @Override
    public long lastRecordedEventSeq() {
        return 0;
    }

    @Override
    public void onFirstEventSeq(final long eventSeq) {
        // one life only
    }

    @Override
    public void offer(final DirectBuffer buffer, final int offset, final int length) {
        if (at + length > RING_BYTES) {
            at = 0;
        }
        ring.putBytes(at, buffer, offset, length);
        at += length + 31 & -32;
        bytes += length;
        if (decode) {
            read(buffer, offset);
        }
    }

    private void read(final DirectBuffer buffer, final int offset) {
        head.wrap(buffer, offset + HEADER, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
        int at = offset + HEADER + EventBatchDecoder.BLOCK_LENGTH;
        for (int i = head.count(); i > 0; i--) {
            header.wrap(buffer, at);
            if (header.templateId() == TradeDecoder.TEMPLATE_ID) {
                trade.wrap(buffer, at + HEADER, header.blockLength(), header.version());
                tally.onTrade(0, 0, trade.makerOrderId(), 0, 0, 0, false, 0, trade.takerOrderId(), 0, 0, 0, false, 0, 0, trade.price(),
                        trade.quantity(), false);
            } else if (header.templateId() == bourse.sbe.engine.CommandRejectedDecoder.TEMPLATE_ID
                    || header.templateId() == bourse.sbe.engine.BatchRefusedDecoder.TEMPLATE_ID) {
                tally.rejects++;
            }
            at += HEADER + header.blockLength();
        }
    }

    @Override
    public void awaitRecorded() {
        // nothing is recorded
    }

    TradeTally tally() {
        return tally;
    }

    /** Bytes of events so far. */
    long bytes() {
        return bytes;
    }
}
