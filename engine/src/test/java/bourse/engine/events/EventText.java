package bourse.engine.events;

import java.util.ArrayList;
import java.util.List;

import bourse.sbe.engine.AccountReportDecoder;
import bourse.sbe.engine.AdminOutcomeDecoder;
import bourse.sbe.engine.BalanceReportDecoder;
import bourse.sbe.engine.BatchRefusedDecoder;
import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.DuplicateOutcomeDecoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.InstrumentChangedDecoder;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.MassCancelledDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.QuoteAcceptedDecoder;
import bourse.sbe.engine.SessionClosedDecoder;
import bourse.sbe.engine.SessionEstablishedDecoder;
import bourse.sbe.engine.StateHashDecoder;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Events as lines that tests compare; checks that fragments are well formed and that event_seq has no holes. */
public final class EventText {
    private final List<String> lines = new ArrayList<>();
    private long nextEventSeq;

    /** @param firstEventSeq number of the first event that comes; 0 = whatever it is */
    public EventText(final long firstEventSeq) {
        nextEventSeq = firstEventSeq;
    }

    public static List<String> of(final List<byte[]> fragments) {
        final EventText text = new EventText(1);
        fragments.forEach(fragment -> text.onFragment(new UnsafeBuffer(fragment), 0, fragment.length));
        return text.lines;
    }

    /** What a command came to, in contrast to answers about sessions, repetitions and administration. */
    public static boolean isOutcome(final String line) {
        return !line.startsWith("duplicate") && !line.startsWith("refused") && !line.startsWith("established")
                && !line.startsWith("admin") && !line.startsWith("instrument") && !line.startsWith("closed");
    }

    /** A line of the fragment is about the session's command {@code clientSeq}. */
    public static boolean endsWith(final byte[] fragment, final long clientSeq) {
        final EventText text = new EventText(0);
        text.onFragment(new UnsafeBuffer(fragment), 0, fragment.length);
        return text.lines.stream().anyMatch(line -> line.matches(".*cause=\\d+/" + clientSeq + "( .*)?"));
    }

    public List<String> lines() {
        return lines;
    }

    public long nextEventSeq() {
        return nextEventSeq;
    }

    public void onFragment(final DirectBuffer buffer, final int offset, final int length) {
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        header.wrap(buffer, offset);
        final EventBatchDecoder batch = new EventBatchDecoder()
                .wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
        if (nextEventSeq != 0 && batch.firstEventSeq() != nextEventSeq) {
            throw new AssertionError("firstEventSeq: " + batch.firstEventSeq() + " (expected: " + nextEventSeq + ")");
        }
        int at = offset + MessageHeaderDecoder.ENCODED_LENGTH + header.blockLength();
        for (int i = 0; i < batch.count(); i++) {
            header.wrap(buffer, at);
            lines.add(line(buffer, at, header.templateId()));
            at += MessageHeaderDecoder.ENCODED_LENGTH + header.blockLength();
        }
        if (at != offset + length) {
            throw new AssertionError("fragment length: " + length + " (expected: " + (at - offset) + ")");
        }
        nextEventSeq = batch.firstEventSeq() + batch.count();
    }

    private static String line(final DirectBuffer b, final int at, final int templateId) {
        final MessageHeaderDecoder h = new MessageHeaderDecoder();
        return switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> {
                final OrderAcceptedDecoder e = new OrderAcceptedDecoder().wrapAndApplyHeader(b, at, h);
                yield "accepted order=" + e.orderId() + " account=" + e.account() + " seq=" + e.accountSeq() + " feed=" + e.feedSeq()
                        + " rpt=" + e.rptSeq() + " cause=" + e.sessionId() + "/" + e.clientSeq();
            }
            case CommandRejectedDecoder.TEMPLATE_ID -> {
                final CommandRejectedDecoder e = new CommandRejectedDecoder().wrapAndApplyHeader(b, at, h);
                yield "rejected " + e.kind() + " " + e.reason() + " " + e.field() + " account=" + e.account() + " seq="
                        + e.accountSeq() + " cause=" + e.sessionId() + "/" + e.clientSeq() + " value=" + e.actualValue();
            }
            case OrderBookedDecoder.TEMPLATE_ID -> {
                final OrderBookedDecoder e = new OrderBookedDecoder().wrapAndApplyHeader(b, at, h);
                yield "booked order=" + e.orderId() + " leaves=" + e.leaves() + " seq=" + e.accountSeq() + " feed=" + e.feedSeq()
                        + " rpt=" + e.rptSeq();
            }
            case TradeDecoder.TEMPLATE_ID -> {
                final TradeDecoder e = new TradeDecoder().wrapAndApplyHeader(b, at, h);
                yield "trade " + e.tradeId() + " maker=" + e.makerOrderId() + " taker=" + e.takerOrderId() + " " + e.quantity() + "@"
                        + e.price() + " seq=" + e.makerAccountSeq() + "," + e.takerAccountSeq() + " feed=" + e.feedSeq() + " rpt="
                        + e.rptSeq() + " cause=" + e.takerSessionId() + "/" + e.takerClientSeq();
            }
            case OrderCancelledDecoder.TEMPLATE_ID -> {
                final OrderCancelledDecoder e = new OrderCancelledDecoder().wrapAndApplyHeader(b, at, h);
                yield "cancelled order=" + e.orderId() + " " + e.reason() + " seq=" + e.accountSeq() + " feed=" + e.feedSeq()
                        + " cause=" + e.sessionId() + "/" + e.clientSeq();
            }
            case OrderReplacedDecoder.TEMPLATE_ID -> "replaced order="
                    + new OrderReplacedDecoder().wrapAndApplyHeader(b, at, h).orderId();
            case MassCancelledDecoder.TEMPLATE_ID -> {
                final MassCancelledDecoder e = new MassCancelledDecoder().wrapAndApplyHeader(b, at, h);
                yield "massCancelled " + e.cancelledOrders() + " seq=" + e.accountSeq();
            }
            case QuoteAcceptedDecoder.TEMPLATE_ID -> "quoted";
            case DuplicateOutcomeDecoder.TEMPLATE_ID -> {
                final DuplicateOutcomeDecoder e = new DuplicateOutcomeDecoder().wrapAndApplyHeader(b, at, h);
                yield "duplicate cause=" + e.sessionId() + "/" + e.clientSeq() + " seq=" + e.originalAccountSeq() + " order="
                        + e.orderId() + " template=" + e.outcomeTemplateId() + " " + e.reason() + " tooOld=" + e.tooOld();
            }
            case BatchRefusedDecoder.TEMPLATE_ID -> {
                final BatchRefusedDecoder e = new BatchRefusedDecoder().wrapAndApplyHeader(b, at, h);
                yield "refused " + e.reason() + " session=" + e.sessionId() + " from=" + e.fromClientSeq() + " expected="
                        + e.expectedClientSeq() + " epoch=" + e.epoch();
            }
            case SessionEstablishedDecoder.TEMPLATE_ID -> {
                final SessionEstablishedDecoder e = new SessionEstablishedDecoder().wrapAndApplyHeader(b, at, h);
                yield "established session=" + e.sessionId() + " " + e.reason() + " epoch=" + e.epoch() + " next=" + e.nextClientSeq()
                        + " last=" + e.lastAccountSeq();
            }
            case SessionClosedDecoder.TEMPLATE_ID -> {
                final SessionClosedDecoder e = new SessionClosedDecoder().wrapAndApplyHeader(b, at, h);
                yield "closed session=" + e.sessionId() + " " + e.reason() + " epoch=" + e.epoch();
            }
            case InstrumentDefinedDecoder.TEMPLATE_ID -> {
                final InstrumentDefinedDecoder e = new InstrumentDefinedDecoder().wrapAndApplyHeader(b, at, h);
                yield "instrument " + e.instrumentId() + " " + e.symbol().trim() + " feed=" + e.feedSeq();
            }
            case InstrumentChangedDecoder.TEMPLATE_ID -> {
                final InstrumentChangedDecoder e = new InstrumentChangedDecoder().wrapAndApplyHeader(b, at, h);
                yield "changed " + e.instrumentId() + " " + e.symbol().trim() + " maker=" + e.makerFeeRate() + " band=" + e.priceBand() + " feed=" + e.feedSeq();
            }
            case TradingStateChangedDecoder.TEMPLATE_ID -> "state";
            case AdminOutcomeDecoder.TEMPLATE_ID -> {
                final AdminOutcomeDecoder e = new AdminOutcomeDecoder().wrapAndApplyHeader(b, at, h);
                yield "admin " + e.reason() + " " + e.field() + " value=" + e.value();
            }
            case BalanceReportDecoder.TEMPLATE_ID -> {
                final BalanceReportDecoder e = new BalanceReportDecoder().wrapAndApplyHeader(b, at, h);
                yield "balance " + e.asset() + " total=" + e.total() + " reserved=" + e.reserved();
            }
            case AccountReportDecoder.TEMPLATE_ID -> {
                final AccountReportDecoder e = new AccountReportDecoder().wrapAndApplyHeader(b, at, h);
                yield "account " + e.account() + " last=" + e.lastAccountSeq() + " firm=" + e.firm() + " killed=" + e.killed() + " actions="
                        + e.actions() + (e.allInstruments() != 0 ? " all" : " instruments=" + e.instruments()) + " maxOpen=" + e.maxOpenOrders();
            }
            case StateHashDecoder.TEMPLATE_ID -> {
                final StateHashDecoder e = new StateHashDecoder().wrapAndApplyHeader(b, at, h);
                yield "hash " + Long.toHexString(e.stateHash()) + " book=" + Long.toHexString(e.bookHash()) + " orders=" + e.orders();
            }
            default -> "template " + templateId;
        };
    }
}
