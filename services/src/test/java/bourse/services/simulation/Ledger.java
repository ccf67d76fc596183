package bourse.services.simulation;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import bourse.engine.match.AccountState;
import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.Matcher;
import bourse.engine.match.OrderState;
import bourse.engine.match.StateVisitor;
import bourse.order.v1.Event;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MassCancelledDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.OrderRestatedDecoder;
import bourse.sbe.engine.OrderTriggeredDecoder;
import bourse.sbe.engine.QuoteAcceptedDecoder;
import bourse.sbe.engine.TradeDecoder;

import org.agrona.DirectBuffer;

/** Keeps books over the event stream, from the events alone: numbers, orders, quantities and money. */
final class Ledger {
    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int VERSION = EventBatchDecoder.SCHEMA_VERSION;

    /** What a command came to. @param entry of the log that answered it */
    record Outcome(long accountSeq, long orderId, int reason, int entry) {
    }

    private final Counters counters;
    private final Map<Integer, List<Event>> told = new HashMap<>();
    private final Map<String, Outcome> outcomes = new HashMap<>();
    private final Map<Long, Long> open = new HashMap<>();
    private final Map<String, Long> money = new HashMap<>();
    private long lastTradeId;
    private long lastFeedSeq;
    private long lastTimeNs;
    private long timeNs;
    private long eventSeq;
    private int entry;

    Ledger(final Counters counters) {
        this.counters = counters;
    }

    /** The venue's operator has put so much into an account. */
    void deposit(final int account, final String asset, final long amount) {
        money.merge(account + " " + asset, amount, Long::sum);
    }

    void onFragment(final DirectBuffer buffer, final int ofEntry) {
        final EventBatchDecoder batch = new EventBatchDecoder().wrap(buffer, HEADER_LENGTH, EventBatchDecoder.BLOCK_LENGTH, VERSION);
        entry = ofEntry;
        eventSeq = batch.firstEventSeq();
        timeNs = batch.timeNs();
        Violation.unless(timeNs >= lastTimeNs, "the log's time never goes back", () -> timeNs + " after " + lastTimeNs);
        lastTimeNs = timeNs;
        int at = HEADER_LENGTH + EventBatchDecoder.BLOCK_LENGTH;
        for (int i = 0, count = batch.count(); i < count; i++, eventSeq++) {
            final int blockLength = buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            onEvent(buffer, at + HEADER_LENGTH, blockLength, buffer.getShort(at + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF);
            at += HEADER_LENGTH + blockLength;
            counters.events++;
        }
    }

    private void onEvent(final DirectBuffer buffer, final int at, final int length, final int templateId) {
        switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> {
                final OrderAcceptedDecoder e = new OrderAcceptedDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), 0);
                feed(e.feedSeq());
                open.put(e.orderId(), e.quantity());
            }
            case CommandRejectedDecoder.TEMPLATE_ID -> {
                final CommandRejectedDecoder e = new CommandRejectedDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), e.reasonRaw());
            }
            case OrderBookedDecoder.TEMPLATE_ID -> {
                final OrderBookedDecoder e = new OrderBookedDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), 0);
                feed(e.feedSeq());
                expectOpen(e.orderId(), e.leaves());
            }
            case TradeDecoder.TEMPLATE_ID -> onTrade(new TradeDecoder().wrap(buffer, at, length, VERSION));
            case OrderCancelledDecoder.TEMPLATE_ID -> {
                final OrderCancelledDecoder e = new OrderCancelledDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), 0);
                feed(e.feedSeq());
                expectOpen(e.orderId(), e.quantity());
                open.remove(e.orderId());
                counters.expiries += e.reasonRaw() == CancelReason.EXPIRED.value() ? 1 : 0;
            }
            case OrderReducedDecoder.TEMPLATE_ID -> {
                final OrderReducedDecoder e = new OrderReducedDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), 0);
                feed(e.feedSeq());
                open.put(e.orderId(), e.leaves());
            }
            case OrderReplacedDecoder.TEMPLATE_ID -> {
                final OrderReplacedDecoder e = new OrderReplacedDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), 0);
                feed(e.feedSeq());
                open.put(e.orderId(), e.leaves());
            }
            case OrderTriggeredDecoder.TEMPLATE_ID -> {
                final OrderTriggeredDecoder e = new OrderTriggeredDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), 0);
            }
            case OrderRestatedDecoder.TEMPLATE_ID -> {
                final OrderRestatedDecoder e = new OrderRestatedDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), e.orderId(), 0);
                feed(e.feedSeq());
                open.put(e.orderId(), e.leaves());
            }
            case MassCancelledDecoder.TEMPLATE_ID -> {
                final MassCancelledDecoder e = new MassCancelledDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), 0, 0);
            }
            case QuoteAcceptedDecoder.TEMPLATE_ID -> {
                final QuoteAcceptedDecoder e = new QuoteAcceptedDecoder().wrap(buffer, at, length, VERSION);
                tell((int) e.account(), e.accountSeq(), AccountEvents.of(e), 0, 0);
            }
            default -> {
                // sessions, instruments, administration: not an account's
            }
        }
    }

    private void onTrade(final TradeDecoder e) {
        counters.trades++;
        Violation.unless(e.tradeId() == lastTradeId + 1, "trade ids without holes or repeats", () -> e.tradeId() + " after " + lastTradeId);
        lastTradeId = e.tradeId();
        final boolean own = e.makerAccount() == e.takerAccount();
        final boolean takerFirst = own && e.takerAccountSeq() < e.makerAccountSeq();
        if (takerFirst) {
            tell((int) e.takerAccount(), e.takerAccountSeq(), AccountEvents.of(e, false, true), e.takerOrderId(), 0);
        }
        tell((int) e.makerAccount(), e.makerAccountSeq(), AccountEvents.of(e, true, own), e.makerOrderId(), 0);
        if (!takerFirst) {
            tell((int) e.takerAccount(), e.takerAccountSeq(), AccountEvents.of(e, false, true), e.takerOrderId(), 0);
        }
        feed(e.feedSeq());
        fill(e.makerOrderId(), e.quantity(), e.makerLeaves());
        fill(e.takerOrderId(), e.quantity(), e.takerLeaves());
        if (e.instrumentId() == Operator.CHECKED_INSTRUMENT) {
            final boolean takerBuys = e.takerSideRaw() == 0;
            settle((int) e.takerAccount(), takerBuys, e.price(), e.quantity(), e.takerFee());
            settle((int) e.makerAccount(), !takerBuys, e.price(), e.quantity(), e.makerFee());
        }
    }

    private void settle(final int account, final boolean buys, final long price, final long quantity, final long fee) {
        final long sign = buys ? 1 : -1;
        money.merge(account + " " + Operator.BASE, sign * quantity, Long::sum);
        money.merge(account + " " + Operator.QUOTE, -sign * price * quantity - fee, Long::sum);
        money.merge("fees " + Operator.QUOTE, fee, Long::sum);
    }

    private void fill(final long orderId, final long quantity, final long leaves) {
        final long before = open.getOrDefault(orderId, 0L);
        Violation.unless(before - quantity == leaves, "an order never trades more than it has open", () -> "order " + orderId + ": " + before + " - "
            + quantity + ", leaves " + leaves);
        if (leaves == 0) {
            open.remove(orderId);
        } else {
            open.put(orderId, leaves);
        }
    }

    private void expectOpen(final long orderId, final long leaves) {
        Violation.unless(open.getOrDefault(orderId, 0L) == leaves, "accepted = traded + cancelled + open, order by order",
            () -> "order " + orderId + ": " + leaves + ", by its events " + open.get(orderId));
    }

    private void feed(final long feedSeq) {
        if (feedSeq != 0) {
            Violation.unless(feedSeq > lastFeedSeq, "feed numbers without repeats", () -> feedSeq + " after " + lastFeedSeq);
            lastFeedSeq = feedSeq;
        }
    }

    private void tell(final int account, final long accountSeq, final Event.Builder event, final long orderId, final int reason) {
        final List<Event> events = told.computeIfAbsent(account, key -> new ArrayList<>());
        Violation.unless(accountSeq == events.size() + 1L, "account numbers without holes or repeats",
            () -> "account " + account + ": " + accountSeq + " after " + events.size());
        events.add(event.setEventSeq(eventSeq).setTimeNs(timeNs).build());
        if (event.getClientSeq() != 0) {
            final String key = account + "/" + event.getSessionId() + " " + event.getClientSeq();
            final Outcome before = outcomes.get(key);
            if (before == null) {
                outcomes.put(key, new Outcome(accountSeq, orderId, reason, entry));
            } else {
                Violation.unless(before.entry == entry, "a command is executed once", () -> key + " in entries " + before.entry + " and " + entry);
            }
        }
    }

    // ------------------------------------------------------------------------------------------------ questions

    Event told(final int account, final long accountSeq) {
        final List<Event> events = told.getOrDefault(account, List.of());
        return accountSeq > 0 && accountSeq <= events.size() ? events.get((int) accountSeq - 1) : null;
    }

    long lastAccountSeq(final int account) {
        return told.getOrDefault(account, List.of()).size();
    }

    Outcome outcome(final int account, final long session, final long clientSeq) {
        return outcomes.get(account + "/" + session + " " + clientSeq);
    }

    boolean isAnswered(final int account, final long session, final long clientSeq) {
        return outcome(account, session, clientSeq) != null;
    }

    /** At the end: what the matcher holds is what the events say. */
    void compare(final Matcher matcher) {
        final Map<Long, Long> live = new HashMap<>();
        final Map<String, Long> held = new HashMap<>();
        final Map<Integer, Long> positions = new HashMap<>();
        matcher.forEachState(new Holdings(live, held, positions));
        Violation.unless(live.equals(open), "accepted = traded + cancelled + open, order by order", () -> "in the book " + live + ", by events " + open);
        money.values().removeIf(amount -> amount == 0);
        Violation.unless(held.equals(money), "money is conserved", () -> "held " + held + ", by deposits, trades and fees " + money);
        positions.forEach((instrument, sum) -> Violation.unless(sum == 0, "quantities are conserved", () -> "instrument " + instrument + ": " + sum));
    }

    /** Reads orders, balances and positions. */
    private record Holdings(Map<Long, Long> live, Map<String, Long> held, Map<Integer, Long> positions) implements StateVisitor {
        @Override
        public void engine(final long timeNs, final long nextOrderId, final long nextTradeId, final long nextSequence) {
            // no holding
        }

        @Override
        public void instrument(final InstrumentSpec spec, final long lastPrice, final long lastQuantity, final long tradeCount, final boolean hasLastPrice) {
            // no holding
        }

        @Override
        public void order(final OrderState order) {
            live.put(order.orderId, order.leaves);
        }

        @Override
        public void account(final AccountState account) {
            // no holding
        }

        @Override
        public void balance(final int account, final long asset, final long total, final long reserved) {
            put(account + " " + name(asset), total);
        }

        @Override
        public void position(final int account, final int instrumentId, final long position) {
            positions.merge(instrumentId, position, Long::sum);
        }

        @Override
        public void finishedId(final int account, final long clientOrderId) {
            // no holding
        }

        @Override
        public void fees(final long asset, final long collected) {
            put("fees " + name(asset), collected);
        }

        private void put(final String owner, final long amount) {
            if (amount != 0) {
                held.put(owner, amount);
            }
        }

        private static String name(final long asset) {
            final StringBuilder name = new StringBuilder(Long.BYTES);
            for (long rest = asset; rest != 0; rest >>>= Byte.SIZE) {
                name.append((char) (rest & 0xFF));
            }
            return name.toString();
        }
    }
}
