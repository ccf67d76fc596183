package bourse.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.agrona.DirectBuffer;

import bourse.sbe.engine.AccountQueryDecoder;
import bourse.sbe.engine.AccountReportEncoder;
import bourse.sbe.engine.BalanceReportEncoder;
import bourse.sbe.engine.AdminOutcomeEncoder;
import bourse.sbe.engine.BatchRefusedEncoder;
import bourse.sbe.engine.CancelOrdersDecoder;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.ChangeInstrumentDecoder;
import bourse.sbe.engine.CloseReason;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.CommandRejectedEncoder;
import bourse.sbe.engine.DefineInstrumentDecoder;
import bourse.sbe.engine.DuplicateOutcomeEncoder;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.InstrumentChangedEncoder;
import bourse.sbe.engine.InstrumentDefinedEncoder;
import bourse.sbe.engine.MassCancelledEncoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderBookedEncoder;
import bourse.sbe.engine.OrderCancelledEncoder;
import bourse.sbe.engine.OrderReducedEncoder;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.ScheduleTradingStateDecoder;
import bourse.sbe.engine.SessionCloseDecoder;
import bourse.sbe.engine.SessionClosedEncoder;
import bourse.sbe.engine.SessionEstablishDecoder;
import bourse.sbe.engine.SessionEstablishedEncoder;
import bourse.sbe.engine.SetAccountRightsDecoder;
import bourse.sbe.engine.SetKillSwitchDecoder;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.StateHashEncoder;
import bourse.sbe.engine.StateHashRequestDecoder;
import bourse.sbe.engine.TradeEncoder;
import bourse.sbe.engine.TradingState;
import bourse.sbe.engine.TransferAssetDecoder;
import bourse.sbe.port.CommandLog;

/**
 * A small deterministic engine in memory: limit orders, price-time priority, sessions, duplicates, instruments; what is offered is applied
 * at once and recorded. Thread: the gateway's agent; the switches may be set by tests.
 */
final class FakeEngine extends FakeEventStream implements CommandLog {
    static final int INSTRUMENT = 1;
    static final int OTHER_INSTRUMENT = 2;

    private static final class Order {
        long id;
        long clientOrderId;
        int account;
        int side;
        long price;
        long leaves;
    }

    private static final class Session {
        int epoch;
        boolean open;
        int cancelOnDisconnect;
        long next = 1;
        final Map<Long, long[]> outcomes = new HashMap<>();
    }

    volatile boolean backPressured;
    volatile boolean connected = true;
    /** What is offered is taken and lost. */
    volatile boolean silent;
    volatile int lost;
    volatile long losses;
    volatile int dropEstablished;
    /** Another gateway takes over the gateways' session before its next batch. */
    volatile boolean takeOver;
    /** What was asked for, each as instrument, state, time and repetition. */
    final List<String> scheduled = new CopyOnWriteArrayList<>();

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<Long, Order> orders = new HashMap<>();
    private final Map<Integer, List<TreeMap<Long, Deque<Order>>>> books = new HashMap<>();
    private long orderId;
    private long tradeId;
    private int outcomeTemplate;
    private int outcomeReason;

    FakeEngine() {
        this(0, Map.of(INSTRUMENT, "TEST", OTHER_INSTRUMENT, "OTHER"));
    }

    /** Of that shard, with these instruments. */
    FakeEngine(final int shard, final Map<Integer, String> instruments) {
        super(shard);
        begin();
        new TreeMap<>(instruments).forEach(this::define);
        end();
    }

    /** An engine that has not come yet: nothing is connected, nothing is recorded. */
    static FakeEngine away(final int shard) {
        final FakeEngine engine = new FakeEngine(shard, Map.of());
        engine.connected = false;
        return engine;
    }

    // ------------------------------------------------------------------------------------------ CommandLog

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        if (!connected) {
            return NOT_CONNECTED;
        }
        if (backPressured) {
            return BACK_PRESSURED;
        }
        logPosition += length;
        if (silent) {
            lost++;
            return logPosition;
        }
        header.wrap(buffer, offset);
        begin();
        switch (header.templateId()) {
            case CommandBatchDecoder.TEMPLATE_ID -> batch(buffer, offset);
            case SessionEstablishDecoder.TEMPLATE_ID -> establish(buffer, offset);
            case SessionCloseDecoder.TEMPLATE_ID -> close(buffer, offset);
            case DefineInstrumentDecoder.TEMPLATE_ID -> {
                final DefineInstrumentDecoder d = new DefineInstrumentDecoder().wrapAndApplyHeader(buffer, offset, header);
                final int id = d.instrumentId() == 0 ? books.size() + 1 : (int) d.instrumentId();
                final boolean exists = books.containsKey(id);
                if (!exists) {
                    define(id, d.symbol());
                }
                outcome(d.correlationId(), id, exists ? RejectReason.ALREADY_EXISTS : RejectReason.NONE);
            }
            case SetKillSwitchDecoder.TEMPLATE_ID -> {
                final SetKillSwitchDecoder d = new SetKillSwitchDecoder().wrapAndApplyHeader(buffer, offset, header);
                outcome(d.correlationId(), cancelAll((int) d.account(), 0, CancelReason.KILL_SWITCH, 0, 0), RejectReason.NONE);
            }
            case ChangeInstrumentDecoder.TEMPLATE_ID -> {
                final ChangeInstrumentDecoder d = new ChangeInstrumentDecoder().wrapAndApplyHeader(buffer, offset, header);
                final boolean known = books.containsKey((int) d.instrumentId());
                if (known) {
                    new InstrumentChangedEncoder().wrapAndApplyHeader(out, length(), outHeader).feedSeq(0).tickSize(d.tickSize()).lotSize(d.changes())
                        .maxQuantity(d.maxQuantity()).symbol("TEST").baseAsset("").quoteAsset("").instrumentId(d.instrumentId())
                        .makerFeeRate(d.makerFeeRate()).takerFeeRate(d.takerFeeRate()).riskChecked(d.riskChecked())
                        .state(bourse.sbe.engine.TradingState.HALTED);
                    done(InstrumentChangedEncoder.BLOCK_LENGTH);
                }
                outcome(d.correlationId(), known ? 2 : 0, !known ? RejectReason.UNKNOWN_INSTRUMENT : d.tickSize() == 13 ? RejectReason.OPEN_ORDERS
                    : RejectReason.NONE);
            }
            case CancelOrdersDecoder.TEMPLATE_ID -> {
                final CancelOrdersDecoder d = new CancelOrdersDecoder().wrapAndApplyHeader(buffer, offset, header);
                outcome(d.correlationId(), cancelAll((int) d.account(), (int) d.instrumentId(), CancelReason.ADMIN, 0, 0), RejectReason.NONE);
            }
            case ScheduleTradingStateDecoder.TEMPLATE_ID -> {
                final ScheduleTradingStateDecoder d = new ScheduleTradingStateDecoder().wrapAndApplyHeader(buffer, offset, header);
                scheduled.add(d.instrumentId() + " " + d.state() + " " + d.atNs() + " " + d.everyNs());
                outcome(d.correlationId(), d.atNs() == 0 ? 3 : 0, d.atNs() < 0 ? RejectReason.INVALID_EXPIRY : RejectReason.NONE);
            }
            case StateHashRequestDecoder.TEMPLATE_ID -> {
                final StateHashRequestDecoder d = new StateHashRequestDecoder().wrapAndApplyHeader(buffer, offset, header);
                new StateHashEncoder().wrapAndApplyHeader(out, length(), outHeader).correlationId(d.correlationId()).bookHash(7)
                    .stateHash(8).orders(orders.size());
                done(StateHashEncoder.BLOCK_LENGTH);
            }
            case AccountQueryDecoder.TEMPLATE_ID -> {
                final AccountQueryDecoder d = new AccountQueryDecoder().wrapAndApplyHeader(buffer, offset, header);
                for (final String asset : new String[] {"EUR", "USD"}) {
                    new BalanceReportEncoder().wrapAndApplyHeader(out, length(), outHeader).correlationId(d.correlationId()).asset(asset).total(500)
                        .reserved(20).account(d.account()).reserved1(0);
                    done(BalanceReportEncoder.BLOCK_LENGTH);
                }
                new AccountReportEncoder().wrapAndApplyHeader(out, length(), outHeader).correlationId(d.correlationId())
                    .lastAccountSeq(lastAccountSeq((int) d.account())).maxOrderQuantity(11).maxOrderNotional(12).maxPosition(13)
                    .maxOpenOrders(14).maxOrdersPerSecond(15).account(d.account()).firm(4).killed((short) 1).actions((short) 2)
                    .allInstruments((short) 0).reserved1((short) 0).instruments(3);
                done(AccountReportEncoder.BLOCK_LENGTH);
            }
            case SetAccountRightsDecoder.TEMPLATE_ID -> {
                final SetAccountRightsDecoder d = new SetAccountRightsDecoder().wrapAndApplyHeader(buffer, offset, header);
                outcome(d.correlationId(), d.actions() * 100L + d.instruments().count(), RejectReason.NONE);
            }
            case TransferAssetDecoder.TEMPLATE_ID -> {
                final TransferAssetDecoder d = new TransferAssetDecoder().wrapAndApplyHeader(buffer, offset, header);
                outcome(d.correlationId(), d.amount(), d.amount() < 0 ? RejectReason.INSUFFICIENT_BALANCE : RejectReason.NONE);
            }
            default -> outcome(buffer.getLong(offset + 8), 0, RejectReason.NONE);
        }
        end();
        return logPosition;
    }

    @Override
    public int poll() {
        return 0;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public long losses() {
        return losses;
    }

    @Override
    public void close() {
        connected = false;
    }

    // ------------------------------------------------------------------------------------------ commands

    private Session session(final long account, final long id) {
        return sessions.computeIfAbsent(account + "/" + id, key -> new Session());
    }

    private void establish(final DirectBuffer buffer, final int offset) {
        final SessionEstablishDecoder d = new SessionEstablishDecoder().wrapAndApplyHeader(buffer, offset, header);
        final Session s = session(d.account(), d.sessionId());
        final long wanted = d.epoch() == 0 ? s.epoch + 1 : d.epoch();
        final boolean stale = wanted <= s.epoch;
        if (!stale) {
            if (s.open) {
                closed((int) d.account(), d.sessionId(), s.epoch, CloseReason.DISPLACED);
            }
            s.epoch = (int) wanted;
            s.open = true;
            s.cancelOnDisconnect = d.cancelOnDisconnect();
        }
        if (dropEstablished > 0) {
            dropEstablished--;
            return;
        }
        new SessionEstablishedEncoder().wrapAndApplyHeader(out, length(), outHeader).sessionId(d.sessionId())
            .correlationId(d.correlationId()).gatewayId(d.gatewayId()).nextClientSeq(s.next)
            .lastAccountSeq(lastAccountSeq((int) d.account())).account(d.account()).epoch(s.epoch)
            .reason(stale ? RejectReason.STALE_EPOCH : RejectReason.NONE).reserved1((short) 0).reserved2(0).reserved3(0);
        done(SessionEstablishedEncoder.BLOCK_LENGTH);
    }

    private void close(final DirectBuffer buffer, final int offset) {
        final SessionCloseDecoder d = new SessionCloseDecoder().wrapAndApplyHeader(buffer, offset, header);
        final Session s = session(d.account(), d.sessionId());
        if (s.epoch != d.epoch() || !s.open) {
            return;
        }
        s.open = false;
        final int bit = d.reason() == CloseReason.TERMINATED ? 2 : 1;
        if ((s.cancelOnDisconnect & bit) != 0) {
            cancelAll((int) d.account(), 0, CancelReason.DISCONNECT, 0, 0);
        }
        closed((int) d.account(), d.sessionId(), s.epoch, d.reason());
    }

    private void closed(final int account, final long sessionId, final int epoch, final CloseReason reason) {
        new SessionClosedEncoder().wrapAndApplyHeader(out, length(), outHeader).sessionId(sessionId).account(account).epoch(epoch)
            .reason(reason).reserved1((short) 0).reserved2(0).reserved3(0);
        done(SessionClosedEncoder.BLOCK_LENGTH);
    }

    private void batch(final DirectBuffer buffer, final int offset) {
        final CommandBatchDecoder d = new CommandBatchDecoder().wrapAndApplyHeader(buffer, offset, header);
        final int account = (int) d.account();
        final long sessionId = d.sessionId();
        final Session s = session(account, sessionId);
        if (takeOver && sessionId < 0) {
            takeOver = false;
            s.epoch++;
        }
        long seq = d.firstClientSeq();
        if (s.epoch != d.epoch() || seq > s.next) {
            new BatchRefusedEncoder().wrapAndApplyHeader(out, length(), outHeader).sessionId(sessionId).fromClientSeq(seq)
                .expectedClientSeq(s.next).account(account).epoch(d.epoch())
                .reason(s.epoch != d.epoch() ? RejectReason.STALE_EPOCH : RejectReason.SEQUENCE_GAP)
                .reserved1((short) 0).reserved2(0).reserved3(0);
            done(BatchRefusedEncoder.BLOCK_LENGTH);
            return;
        }
        for (final CommandBatchDecoder.CommandsDecoder c : d.commands()) {
            if (seq < s.next) {
                final long[] known = s.outcomes.get(seq);
                new DuplicateOutcomeEncoder().wrapAndApplyHeader(out, length(), outHeader).sessionId(sessionId).clientSeq(seq)
                    .originalAccountSeq(known[0]).orderId(known[1]).account(account).outcomeTemplateId((int) known[2])
                    .reason(RejectReason.get((short) known[3])).tooOld((short) 0);
                done(DuplicateOutcomeEncoder.BLOCK_LENGTH);
            } else {
                final long before = lastAccountSeq(account) + 1;
                outcomeReason = 0;
                final long order = command(c, account, sessionId, seq);
                s.outcomes.put(seq, new long[] {before, order, outcomeTemplate, outcomeReason});
                s.next = seq + 1;
            }
            seq++;
        }
    }

    private long command(final CommandBatchDecoder.CommandsDecoder c, final int account, final long sessionId, final long seq) {
        final CommandKind kind = c.kind();
        final int instrument = (int) c.instrumentId();
        return switch (kind) {
            case NEW -> {
                if (!books.containsKey(instrument)) {
                    yield reject(c, account, sessionId, seq, RejectReason.UNKNOWN_INSTRUMENT, Field.INSTRUMENT, instrument);
                }
                if (c.sideRaw() > 1) {
                    yield reject(c, account, sessionId, seq, RejectReason.MALFORMED, Field.SIDE, c.sideRaw());
                }
                if (c.orderTypeRaw() > 5) {
                    yield reject(c, account, sessionId, seq, RejectReason.MALFORMED, Field.ORDER_TYPE, c.orderTypeRaw());
                }
                if (c.price() <= 0) {
                    yield reject(c, account, sessionId, seq, RejectReason.INVALID_PRICE, Field.PRICE, c.price());
                }
                if (c.quantity() <= 0 || c.quantity() > 1_000_000_000L) {
                    yield reject(c, account, sessionId, seq, RejectReason.INVALID_QUANTITY, Field.QUANTITY, c.quantity());
                }
                yield add(c, account, sessionId, seq, instrument);
            }
            case CANCEL -> {
                final Order o = find(c, account);
                if (o == null) {
                    yield reject(c, account, sessionId, seq, RejectReason.UNKNOWN_ORDER, Field.ORDER_ID, c.orderId());
                }
                cancel(o, instrumentOf(o), CancelReason.REQUESTED, sessionId, seq);
                yield o.id;
            }
            case REDUCE -> {
                final Order o = find(c, account);
                if (o == null || c.quantity() <= 0 || c.quantity() >= o.leaves) {
                    yield reject(c, account, sessionId, seq, RejectReason.UNKNOWN_ORDER, Field.ORDER_ID, c.orderId());
                }
                o.leaves -= c.quantity();
                outcomeTemplate = OrderReducedEncoder.TEMPLATE_ID;
                new OrderReducedEncoder().wrapAndApplyHeader(out, length(), outHeader).accountSeq(accountSeq(account)).feedSeq(0)
                    .sessionId(sessionId).clientSeq(seq).clientOrderId(o.clientOrderId).orderId(o.id).price(o.price).leaves(o.leaves)
                    .visibleQuantity(o.leaves).account(account).instrumentId(instrumentOf(o)).rptSeq(0);
                done(OrderReducedEncoder.BLOCK_LENGTH);
                yield o.id;
            }
            case MASS_CANCEL -> {
                cancelAll(account, instrument, CancelReason.MASS_CANCEL, sessionId, seq);
                yield 0;
            }
            default -> reject(c, account, sessionId, seq, RejectReason.MALFORMED, Field.NONE, c.kindRaw());
        };
    }

    private Order find(final CommandBatchDecoder.CommandsDecoder c, final int account) {
        for (final Order o : orders.values()) {
            if (o.account == account && (c.orderId() != 0 ? o.id == c.orderId() : o.clientOrderId == c.clientOrderId())) {
                return o;
            }
        }
        return null;
    }

    private int instrumentOf(final Order order) {
        return (int) (order.id >>> 40);
    }

    private long add(final CommandBatchDecoder.CommandsDecoder c, final int account, final long sessionId, final long seq,
                     final int instrument) {
        final Order o = new Order();
        o.id = (long) instrument << 40 | ++orderId;
        o.clientOrderId = c.clientOrderId();
        o.account = account;
        o.side = c.sideRaw();
        o.price = c.price();
        o.leaves = c.quantity();
        final TreeMap<Long, Deque<Order>> opposite = books.get(instrument).get(1 - o.side);
        final boolean crosses = crosses(o, opposite);
        final boolean gtc = c.timeInForceRaw() == 0;
        outcomeTemplate = OrderAcceptedEncoder.TEMPLATE_ID;
        new OrderAcceptedEncoder().wrapAndApplyHeader(out, length(), outHeader).accountSeq(accountSeq(account)).feedSeq(0)
            .sessionId(sessionId).clientSeq(seq).clientOrderId(o.clientOrderId).orderId(o.id).price(o.price).quantity(o.leaves)
            .visibleQuantity(crosses ? 0 : o.leaves).stopPrice(0).account(account).instrumentId(instrument).rptSeq(0)
            .side(Side.get((short) o.side)).orderType(c.orderType()).timeInForce(c.timeInForce())
            .resting((short) (crosses || !gtc ? 0 : 1)).reserved1(0).reserved2(0).flags().clear();
        done(OrderAcceptedEncoder.BLOCK_LENGTH);
        while (o.leaves > 0 && crosses(o, opposite)) {
            trade(o, opposite, instrument, sessionId, seq);
        }
        if (o.leaves > 0) {
            rest(o, instrument, crosses, gtc);
        }
        return o.id;
    }

    private void rest(final Order o, final int instrument, final boolean traded, final boolean gtc) {
        orders.put(o.id, o);
        books.get(instrument).get(o.side).computeIfAbsent(o.price, key -> new ArrayDeque<>()).add(o);
        if (!gtc) {
            cancel(o, instrument, CancelReason.IOC_REMAINDER, 0, 0);
        } else if (traded) {
            new OrderBookedEncoder().wrapAndApplyHeader(out, length(), outHeader).accountSeq(accountSeq(o.account)).feedSeq(0).orderId(o.id)
                .clientOrderId(o.clientOrderId).price(o.price).leaves(o.leaves).visibleQuantity(o.leaves).account(o.account)
                .instrumentId(instrument).rptSeq(0).side(Side.get((short) o.side));
            done(OrderBookedEncoder.BLOCK_LENGTH);
        }
    }

    private static boolean crosses(final Order o, final TreeMap<Long, Deque<Order>> opposite) {
        if (opposite.isEmpty()) {
            return false;
        }
        return o.side == 0 ? opposite.firstKey() <= o.price : opposite.lastKey() >= o.price;
    }

    private void trade(final Order taker, final TreeMap<Long, Deque<Order>> opposite, final int instrument, final long sessionId,
                       final long seq) {
        final long price = taker.side == 0 ? opposite.firstKey() : opposite.lastKey();
        final Deque<Order> level = opposite.get(price);
        final Order maker = level.peek();
        final long quantity = Math.min(maker.leaves, taker.leaves);
        maker.leaves -= quantity;
        taker.leaves -= quantity;
        if (maker.leaves == 0) {
            orders.remove(maker.id);
            level.poll();
            if (level.isEmpty()) {
                opposite.remove(price);
            }
        }
        new TradeEncoder().wrapAndApplyHeader(out, length(), outHeader).makerAccountSeq(accountSeq(maker.account))
            .takerAccountSeq(accountSeq(taker.account)).feedSeq(0).tradeId(++tradeId).makerOrderId(maker.id).takerOrderId(taker.id)
            .makerClientOrderId(maker.clientOrderId).takerClientOrderId(taker.clientOrderId).takerSessionId(sessionId).takerClientSeq(seq)
            .price(price).quantity(quantity).makerLeaves(maker.leaves).takerLeaves(taker.leaves).makerFee(-1).takerFee(2)
            .makerAccount(maker.account).takerAccount(taker.account).instrumentId(instrument).rptSeq(0)
            .takerSide(Side.get((short) taker.side)).auction((short) 0).makerHidden((short) 0).takerResting((short) 0).reserved1(0);
        done(TradeEncoder.BLOCK_LENGTH);
    }

    private void cancel(final Order o, final int instrument, final CancelReason reason, final long sessionId, final long seq) {
        orders.remove(o.id);
        final TreeMap<Long, Deque<Order>> side = books.get(instrument).get(o.side);
        final Deque<Order> level = side.get(o.price);
        level.remove(o);
        if (level.isEmpty()) {
            side.remove(o.price);
        }
        outcomeTemplate = OrderCancelledEncoder.TEMPLATE_ID;
        new OrderCancelledEncoder().wrapAndApplyHeader(out, length(), outHeader).accountSeq(accountSeq(o.account)).feedSeq(0)
            .sessionId(sessionId).clientSeq(seq).clientOrderId(o.clientOrderId).orderId(o.id).price(o.price).quantity(o.leaves)
            .account(o.account).instrumentId(instrument).rptSeq(0).side(Side.get((short) o.side)).reason(reason).reserved1(0);
        done(OrderCancelledEncoder.BLOCK_LENGTH);
    }

    private long cancelAll(final int account, final int instrument, final CancelReason reason, final long sessionId, final long seq) {
        long cancelled = 0;
        for (final Iterator<Order> all = new ArrayList<>(orders.values()).iterator(); all.hasNext();) {
            final Order o = all.next();
            if (o.account == account && (instrument == 0 || instrumentOf(o) == instrument)) {
                cancel(o, instrumentOf(o), reason, sessionId, seq);
                cancelled++;
            }
        }
        outcomeTemplate = MassCancelledEncoder.TEMPLATE_ID;
        new MassCancelledEncoder().wrapAndApplyHeader(out, length(), outHeader).accountSeq(accountSeq(account)).sessionId(sessionId)
            .clientSeq(seq).cancelledOrders(cancelled).account(account).instrumentId(instrument).side(Side.BOTH).reason(reason)
            .reserved1(0).reserved2(0);
        done(MassCancelledEncoder.BLOCK_LENGTH);
        return cancelled;
    }

    private long reject(final CommandBatchDecoder.CommandsDecoder c, final int account, final long sessionId, final long seq,
                        final RejectReason reason, final Field field, final long value) {
        outcomeTemplate = CommandRejectedEncoder.TEMPLATE_ID;
        outcomeReason = reason.value();
        new CommandRejectedEncoder().wrapAndApplyHeader(out, length(), outHeader).accountSeq(accountSeq(account)).sessionId(sessionId)
            .clientSeq(seq).clientOrderId(c.clientOrderId()).orderId(c.orderId()).limitValue(0).actualValue(value).account(account)
            .instrumentId(c.instrumentId()).kind(c.kind()).reason(reason).field(field).reserved1((short) 0).reserved2(0);
        done(CommandRejectedEncoder.BLOCK_LENGTH);
        return 0;
    }

    private void define(final int id, final String symbol) {
        books.put(id, List.of(new TreeMap<>(), new TreeMap<>()));
        new InstrumentDefinedEncoder().wrapAndApplyHeader(out, length(), outHeader).feedSeq(0).tickSize(1).lotSize(1).minPrice(1)
            .maxPrice(1_000_000).maxQuantity(1_000_000_000L).maxNotional(0).priceBand(0).referencePrice(0).marketProtection(0).symbol(symbol)
            .baseAsset("AAA").quoteAsset("USD").instrumentId(id).makerFeeRate(-1).takerFeeRate(2).priceDecimals((short) 2)
            .quantityDecimals((short) 0).riskChecked((short) 0).state(TradingState.CONTINUOUS);
        done(InstrumentDefinedEncoder.BLOCK_LENGTH);
    }

    private void outcome(final long correlationId, final long value, final RejectReason reason) {
        new AdminOutcomeEncoder().wrapAndApplyHeader(out, length(), outHeader).correlationId(correlationId).value(value).account(0)
            .instrumentId(0).reason(reason).field(Field.NONE).reserved1(0).reserved2(0);
        done(AdminOutcomeEncoder.BLOCK_LENGTH);
    }
}
