package bourse.gateway.session;

import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.MassCancelledDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.OrderRestatedDecoder;
import bourse.sbe.engine.OrderTriggeredDecoder;
import bourse.sbe.engine.QuoteAcceptedDecoder;

/** Where the events of an account that have one owner keep what all of them have; by template id, {@link #ABSENT} where they have not. */
final class EventLayout {
    static final int ABSENT = -1;
    private static final int TEMPLATES = 128;

    private static final int[] ACCOUNT = new int[TEMPLATES];
    private static final int[] ACCOUNT_SEQ = new int[TEMPLATES];
    private static final int[] SESSION_ID = new int[TEMPLATES];
    private static final int[] CLIENT_SEQ = new int[TEMPLATES];

    static {
        java.util.Arrays.fill(ACCOUNT, ABSENT);
        put(OrderAcceptedDecoder.TEMPLATE_ID, OrderAcceptedDecoder.accountEncodingOffset(), OrderAcceptedDecoder.accountSeqEncodingOffset(),
            OrderAcceptedDecoder.sessionIdEncodingOffset(), OrderAcceptedDecoder.clientSeqEncodingOffset());
        put(CommandRejectedDecoder.TEMPLATE_ID, CommandRejectedDecoder.accountEncodingOffset(),
            CommandRejectedDecoder.accountSeqEncodingOffset(), CommandRejectedDecoder.sessionIdEncodingOffset(),
            CommandRejectedDecoder.clientSeqEncodingOffset());
        put(OrderBookedDecoder.TEMPLATE_ID, OrderBookedDecoder.accountEncodingOffset(), OrderBookedDecoder.accountSeqEncodingOffset(),
            ABSENT, ABSENT);
        put(OrderCancelledDecoder.TEMPLATE_ID, OrderCancelledDecoder.accountEncodingOffset(),
            OrderCancelledDecoder.accountSeqEncodingOffset(), OrderCancelledDecoder.sessionIdEncodingOffset(),
            OrderCancelledDecoder.clientSeqEncodingOffset());
        put(OrderReducedDecoder.TEMPLATE_ID, OrderReducedDecoder.accountEncodingOffset(), OrderReducedDecoder.accountSeqEncodingOffset(),
            OrderReducedDecoder.sessionIdEncodingOffset(), OrderReducedDecoder.clientSeqEncodingOffset());
        put(OrderReplacedDecoder.TEMPLATE_ID, OrderReplacedDecoder.accountEncodingOffset(), OrderReplacedDecoder.accountSeqEncodingOffset(),
            OrderReplacedDecoder.sessionIdEncodingOffset(), OrderReplacedDecoder.clientSeqEncodingOffset());
        put(OrderTriggeredDecoder.TEMPLATE_ID, OrderTriggeredDecoder.accountEncodingOffset(),
            OrderTriggeredDecoder.accountSeqEncodingOffset(), ABSENT, ABSENT);
        put(OrderRestatedDecoder.TEMPLATE_ID, OrderRestatedDecoder.accountEncodingOffset(), OrderRestatedDecoder.accountSeqEncodingOffset(),
            ABSENT, ABSENT);
        put(MassCancelledDecoder.TEMPLATE_ID, MassCancelledDecoder.accountEncodingOffset(), MassCancelledDecoder.accountSeqEncodingOffset(),
            MassCancelledDecoder.sessionIdEncodingOffset(), MassCancelledDecoder.clientSeqEncodingOffset());
        put(QuoteAcceptedDecoder.TEMPLATE_ID, QuoteAcceptedDecoder.accountEncodingOffset(), QuoteAcceptedDecoder.accountSeqEncodingOffset(),
            QuoteAcceptedDecoder.sessionIdEncodingOffset(), QuoteAcceptedDecoder.clientSeqEncodingOffset());
    }

    private EventLayout() {
    }

    private static void put(final int templateId, final int account, final int accountSeq, final int sessionId, final int clientSeq) {
        ACCOUNT[templateId] = account;
        ACCOUNT_SEQ[templateId] = accountSeq;
        SESSION_ID[templateId] = sessionId;
        CLIENT_SEQ[templateId] = clientSeq;
    }

    /** {@link #ABSENT}: not an account's event, or a trade, which has two owners. */
    static int account(final int templateId) {
        return templateId < TEMPLATES ? ACCOUNT[templateId] : ABSENT;
    }

    static int accountSeq(final int templateId) {
        return ACCOUNT_SEQ[templateId];
    }

    static int sessionId(final int templateId) {
        return SESSION_ID[templateId];
    }

    static int clientSeq(final int templateId) {
        return CLIENT_SEQ[templateId];
    }
}
