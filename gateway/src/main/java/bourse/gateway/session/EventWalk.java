package bourse.gateway.session;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import org.agrona.DirectBuffer;

import bourse.gateway.egress.EventWriter;
import bourse.sbe.BlockAddress;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.TradeDecoder;

/** Goes through one fragment of the event stream and tells whose each event is. Hot path. Thread: the agent. */
final class EventWalk {
    /** What is found, in the order of the stream. */
    interface Visitor {
        /**
         * An event of an account; a trade comes twice, the lower of two numbers of one account first.
         *
         * @param at         where its SBE block begins
         * @param accountSeq the account's number, above 0
         * @param sessionId  the session of the account that caused it, 0 = none
         */
        void onAccountEvent(int templateId, DirectBuffer buffer, int at, boolean maker, int account, long accountSeq, long sessionId,
                            long clientSeq, long eventSeq, long timeNs);

        /** An event that has no account or no number. */
        void onOtherEvent(int templateId, DirectBuffer buffer, int at, long eventSeq, long timeNs);
    }

    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;

    private EventWalk() {
    }

    static void walk(final DirectBuffer buffer, final int offset, final int length, final Visitor visitor) {
        final int block = offset + HEADER_LENGTH;
        long eventSeq = buffer.getLong(block + EventBatchDecoder.firstEventSeqEncodingOffset(), LITTLE_ENDIAN);
        final long timeNs = buffer.getLong(block + EventBatchDecoder.timeNsEncodingOffset(), LITTLE_ENDIAN);
        final int count = buffer.getShort(block + EventBatchDecoder.countEncodingOffset(), LITTLE_ENDIAN) & 0xFFFF;
        final int end = offset + length;
        int position = block + (buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF);
        for (int i = 0; i < count; i++) {
            // Block length and template id, as the header begins with them.
            final int head = buffer.getInt(position, LITTLE_ENDIAN);
            final int templateId = head >>> 16;
            final int at = position + HEADER_LENGTH;
            position = at + (head & 0xFFFF);
            if (position > end) {
                throw new IllegalStateException("event reaches beyond its fragment, eventSeq=" + eventSeq + " templateId=" + templateId);
            }
            if (templateId == TradeDecoder.TEMPLATE_ID) {
                trade(buffer, at, eventSeq, timeNs, visitor);
            } else {
                one(templateId, buffer, at, eventSeq, timeNs, visitor);
            }
            eventSeq++;
        }
    }

    /** Of a fragment, whose block begins at {@code block}. */
    static long lastEventSeq(final DirectBuffer buffer, final int block) {
        return buffer.getLong(block + EventBatchDecoder.firstEventSeqEncodingOffset(), LITTLE_ENDIAN)
            + (buffer.getShort(block + EventBatchDecoder.countEncodingOffset(), LITTLE_ENDIAN) & 0xFFFF) - 1;
    }

    private static void one(final int templateId, final DirectBuffer buffer, final int at, final long eventSeq, final long timeNs,
                            final Visitor visitor) {
        final int accountAt = EventLayout.account(templateId);
        final long from = accountAt < 0 ? 0 : BlockAddress.of(buffer, at, EventWriter.blockBytes(templateId));
        final long accountSeq = accountAt < 0 ? 0 : getLong(from + EventLayout.accountSeq(templateId));
        if (accountSeq == 0) {
            visitor.onOtherEvent(templateId, buffer, at, eventSeq, timeNs);
            return;
        }
        final int sessionAt = EventLayout.sessionId(templateId);
        final long sessionId = sessionAt < 0 ? 0 : getLong(from + sessionAt);
        final long clientSeq = sessionAt < 0 ? 0 : getLong(from + EventLayout.clientSeq(templateId));
        visitor.onAccountEvent(templateId, buffer, at, false, getInt(from + accountAt), accountSeq, sessionId, clientSeq, eventSeq, timeNs);
    }

    private static void trade(final DirectBuffer buffer, final int at, final long eventSeq, final long timeNs, final Visitor visitor) {
        final long from = BlockAddress.of(buffer, at, TradeDecoder.BLOCK_LENGTH);
        final long makerSeq = getLong(from + TradeDecoder.makerAccountSeqEncodingOffset());
        final long takerSeq = getLong(from + TradeDecoder.takerAccountSeqEncodingOffset());
        final int maker = getInt(from + TradeDecoder.makerAccountEncodingOffset());
        final int taker = getInt(from + TradeDecoder.takerAccountEncodingOffset());
        final long sessionId = getLong(from + TradeDecoder.takerSessionIdEncodingOffset());
        final long clientSeq = getLong(from + TradeDecoder.takerClientSeqEncodingOffset());
        final boolean own = maker == taker;
        if (own && takerSeq < makerSeq) {
            visitor.onAccountEvent(TradeDecoder.TEMPLATE_ID, buffer, at, false, taker, takerSeq, sessionId, clientSeq, eventSeq, timeNs);
            visitor.onAccountEvent(TradeDecoder.TEMPLATE_ID, buffer, at, true, maker, makerSeq, sessionId, clientSeq, eventSeq, timeNs);
            return;
        }
        visitor.onAccountEvent(TradeDecoder.TEMPLATE_ID, buffer, at, true, maker, makerSeq, own ? sessionId : 0, own ? clientSeq : 0,
            eventSeq, timeNs);
        visitor.onAccountEvent(TradeDecoder.TEMPLATE_ID, buffer, at, false, taker, takerSeq, sessionId, clientSeq, eventSeq, timeNs);
    }
}
