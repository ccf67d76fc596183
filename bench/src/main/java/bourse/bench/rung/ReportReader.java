package bourse.bench.rung;

import bourse.sbe.engine.BatchRefusedDecoder;
import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.MassCancelledDecoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.StateHashDecoder;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.port.EventSource;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Reads the engine's event fragments as a trader's side would: the highest command number that has an outcome, and, while a fold is set, what
 * became of each order. Hot path without a fold. Thread: the rig's.
 */
final class ReportReader implements EventSource.Handler {
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int COUNT_OFFSET = EventBatchDecoder.countEncodingOffset();

    private final OrderAcceptedDecoder accepted = new OrderAcceptedDecoder();
    private final OrderBookedDecoder booked = new OrderBookedDecoder();
    private final TradeDecoder trade = new TradeDecoder();
    private final OrderCancelledDecoder cancelled = new OrderCancelledDecoder();
    private final OrderReducedDecoder reduced = new OrderReducedDecoder();
    private final OrderReplacedDecoder replaced = new OrderReplacedDecoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private StateFold fold;
    private long applied;
    private long events;
    private long engineBookHash;
    private long stateHashes;

    /** null = reports are only counted. */
    void fold(final StateFold newFold) {
        fold = newFold;
    }

    /** Highest command number with an outcome; numbers begin at 1. */
    long applied() {
        return applied;
    }

    /** Events read, of any kind. */
    long events() {
        return events;
    }

    /** Answers to StateHashRequest read. */
    long stateHashes() {
        return stateHashes;
    }

    /** Of the last answer to a StateHashRequest. */
    long engineBookHash() {
        return engineBookHash;
    }

    @Override
    public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
        int at = offset + HEADER;
        final int count = buffer.getShort(at + COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        at = offset + HEADER + (buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF);
        for (int i = 0; i < count; i++) {
            final int blockLength = buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final int template = buffer.getShort(at + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            onEvent(buffer, at + HEADER, template);
            if (fold != null) {
                fold(buffer, at, template);
            }
            at += HEADER + blockLength;
        }
        events += count;
    }

    private void onEvent(final DirectBuffer buffer, final int at, final int template) {
        final int offset = switch (template) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> OrderAcceptedDecoder.clientSeqEncodingOffset();
            case OrderCancelledDecoder.TEMPLATE_ID -> OrderCancelledDecoder.clientSeqEncodingOffset();
            case TradeDecoder.TEMPLATE_ID -> TradeDecoder.takerClientSeqEncodingOffset();
            case OrderReducedDecoder.TEMPLATE_ID -> OrderReducedDecoder.clientSeqEncodingOffset();
            case OrderReplacedDecoder.TEMPLATE_ID -> OrderReplacedDecoder.clientSeqEncodingOffset();
            case MassCancelledDecoder.TEMPLATE_ID -> MassCancelledDecoder.clientSeqEncodingOffset();
            case CommandRejectedDecoder.TEMPLATE_ID -> CommandRejectedDecoder.clientSeqEncodingOffset();
            default -> -1;
        };
        if (offset >= 0) {
            applied = Math.max(applied, buffer.getLong(at + offset, ByteOrder.LITTLE_ENDIAN));
        } else if (template == BatchRefusedDecoder.TEMPLATE_ID) {
            throw new IllegalStateException("the engine refused a batch, fromClientSeq="
                    + buffer.getLong(at + BatchRefusedDecoder.fromClientSeqEncodingOffset(), ByteOrder.LITTLE_ENDIAN) + ", reason="
                    + buffer.getByte(at + BatchRefusedDecoder.reasonEncodingOffset()));
        } else if (template == StateHashDecoder.TEMPLATE_ID) {
            engineBookHash = buffer.getLong(at + StateHashDecoder.bookHashEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
            stateHashes++;
        }
    }

    private void fold(final DirectBuffer buffer, final int at, final int template) {
        switch (template) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> {
                accepted.wrapAndApplyHeader(buffer, at, header);
                fold.accepted(accepted.clientOrderId(), accepted.side() == Side.BUY, accepted.price(), accepted.quantity(),
                        accepted.resting() != 0);
            }
            case OrderBookedDecoder.TEMPLATE_ID -> {
                booked.wrapAndApplyHeader(buffer, at, header);
                fold.booked(booked.clientOrderId(), booked.price(), booked.leaves());
            }
            case TradeDecoder.TEMPLATE_ID -> {
                trade.wrapAndApplyHeader(buffer, at, header);
                fold.traded(trade.makerClientOrderId(), trade.makerLeaves(), trade.price());
            }
            case OrderCancelledDecoder.TEMPLATE_ID -> {
                cancelled.wrapAndApplyHeader(buffer, at, header);
                fold.cancelled(cancelled.clientOrderId());
            }
            case OrderReducedDecoder.TEMPLATE_ID -> {
                reduced.wrapAndApplyHeader(buffer, at, header);
                fold.reduced(reduced.clientOrderId(), reduced.leaves());
            }
            case OrderReplacedDecoder.TEMPLATE_ID -> {
                replaced.wrapAndApplyHeader(buffer, at, header);
                fold.replaced(replaced.clientOrderId(), replaced.price(), replaced.leaves(), replaced.priorityKept() != 0,
                        replaced.resting() != 0);
            }
            case CommandRejectedDecoder.TEMPLATE_ID -> fold.rejected();
            default -> {
            }
        }
    }
}
