package bourse.engine.events;

import bourse.engine.match.InstrumentSpec;
import bourse.engine.match.MatchListener;
import bourse.sbe.engine.AuctionIndicationEncoder;
import bourse.sbe.engine.CommandRejectedEncoder;
import bourse.sbe.engine.InstrumentChangedEncoder;
import bourse.sbe.engine.InstrumentDefinedEncoder;
import bourse.sbe.engine.MassCancelledEncoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderBookedEncoder;
import bourse.sbe.engine.OrderCancelledEncoder;
import bourse.sbe.engine.OrderReducedEncoder;
import bourse.sbe.engine.OrderReplacedEncoder;
import bourse.sbe.engine.OrderRestatedEncoder;
import bourse.sbe.engine.OrderTriggeredEncoder;
import bourse.sbe.engine.QuoteAcceptedEncoder;
import bourse.sbe.engine.TradeEncoder;
import bourse.sbe.engine.TradingStateChangedEncoder;

import org.agrona.UnsafeApi;

/**
 * What the matcher decides, numbered and encoded. Hot path. Thread: engine. No allocation after construction.
 *
 * <p>Each event gets its {@code event_seq}, the {@code account_seq} of its owner (a trade: of both), and, when the public sees it, a
 * {@code feed_seq} of the shard's feed channel and a {@code rpt_seq} of its instrument. Public is whatever changes the displayed book, plus every trade
 * and every change of trading state. {@code sessionId} and {@code clientSeq} name the command being applied where it belongs to the
 * event's owner, else they are 0.
 *
 * <p>Fields are stored at absolute addresses: {@link EventFragment#claim} has seen that the whole event fits, so no store checks it again.
 */
public final class EventPublisher implements MatchListener {
    private final EventFragment fragment;
    private final long base;
    private final SequenceTable accounts;
    private final SequenceTable instruments;
    private final CommandOutcome outcome = new CommandOutcome();
    private long feedSeq;

    private int commandAccount;
    private long commandSessionId;
    private long commandClientSeq;

    /** @param accounts every account that ever traded is in it, @param instruments every instrument that is defined */
    public EventPublisher(final EventFragment fragment, final SequenceTable accounts, final SequenceTable instruments) {
        this.fragment = fragment;
        base = fragment.address();
        this.accounts = accounts;
        this.instruments = instruments;
    }

    /** The events that follow are caused by this command. */
    public void beginCommand(final int account, final long sessionId, final long clientSeq) {
        commandAccount = account;
        commandSessionId = sessionId;
        commandClientSeq = clientSeq;
        outcome.clear();
    }

    /** The events that follow are nobody's command's: time, administration. */
    public void endCommand() {
        commandAccount = 0;
        commandSessionId = 0;
        commandClientSeq = 0;
    }

    /** What the command since {@link #beginCommand} came to. */
    public CommandOutcome outcome() {
        return outcome;
    }

    /** Number of the last public message, 0 = none yet. */
    public long lastFeedSeq() {
        return feedSeq;
    }

    public void restoreLastFeedSeq(final long lastFeedSeq) {
        feedSeq = lastFeedSeq;
    }

    @Override
    public void onAccepted(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final int orderType, final int timeInForce, final int flags, final long price, final long quantity,
                           final long visibleQuantity, final long stopPrice, final boolean resting) {
        final long at = base + fragment.claim(OrderAcceptedEncoder.TEMPLATE_ID, OrderAcceptedEncoder.BLOCK_LENGTH);
        final boolean isPublic = resting && visibleQuantity > 0;
        final long accountSeq = nextAccountSeq(account, OrderAcceptedEncoder.TEMPLATE_ID, orderId);
        put64(at + OrderAcceptedEncoder.accountSeqEncodingOffset(), accountSeq);
        put64(at + OrderAcceptedEncoder.feedSeqEncodingOffset(), isPublic ? ++feedSeq : 0);
        putCause(at + OrderAcceptedEncoder.sessionIdEncodingOffset(), account);
        put64(at + OrderAcceptedEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + OrderAcceptedEncoder.orderIdEncodingOffset(), orderId);
        put64(at + OrderAcceptedEncoder.priceEncodingOffset(), price);
        put64(at + OrderAcceptedEncoder.quantityEncodingOffset(), quantity);
        put64(at + OrderAcceptedEncoder.visibleQuantityEncodingOffset(), resting ? visibleQuantity : 0);
        put64(at + OrderAcceptedEncoder.stopPriceEncodingOffset(), stopPrice);
        put32(at + OrderAcceptedEncoder.accountEncodingOffset(), account);
        put32(at + OrderAcceptedEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + OrderAcceptedEncoder.rptSeqEncodingOffset(), isPublic ? nextRptSeq(instrumentId) : 0);
        UnsafeApi.putShort(at + OrderAcceptedEncoder.flagsEncodingOffset(), (short) flags);
        put8(at + OrderAcceptedEncoder.sideEncodingOffset(), side);
        put8(at + OrderAcceptedEncoder.orderTypeEncodingOffset(), orderType);
        put8(at + OrderAcceptedEncoder.timeInForceEncodingOffset(), timeInForce);
        put8(at + OrderAcceptedEncoder.restingEncodingOffset(), resting ? 1 : 0);
    }

    @Override
    public void onRejected(final int kind, final int instrumentId, final int account, final long orderId, final long clientOrderId,
                           final int reason, final int field, final long limit, final long value) {
        final long at = base + fragment.claim(CommandRejectedEncoder.TEMPLATE_ID, CommandRejectedEncoder.BLOCK_LENGTH);
        final long accountSeq = nextAccountSeq(account, CommandRejectedEncoder.TEMPLATE_ID, orderId);
        outcome.settle(CommandRejectedEncoder.TEMPLATE_ID, reason);
        put64(at + CommandRejectedEncoder.accountSeqEncodingOffset(), accountSeq);
        putCause(at + CommandRejectedEncoder.sessionIdEncodingOffset(), account);
        put64(at + CommandRejectedEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + CommandRejectedEncoder.orderIdEncodingOffset(), orderId);
        put64(at + CommandRejectedEncoder.limitValueEncodingOffset(), limit);
        put64(at + CommandRejectedEncoder.actualValueEncodingOffset(), value);
        put32(at + CommandRejectedEncoder.accountEncodingOffset(), account);
        put32(at + CommandRejectedEncoder.instrumentIdEncodingOffset(), instrumentId);
        put8(at + CommandRejectedEncoder.kindEncodingOffset(), kind);
        put8(at + CommandRejectedEncoder.reasonEncodingOffset(), reason);
        put8(at + CommandRejectedEncoder.fieldEncodingOffset(), field);
    }

    @Override
    public void onBooked(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                         final long price, final long leaves, final long visibleQuantity) {
        final long at = base + fragment.claim(OrderBookedEncoder.TEMPLATE_ID, OrderBookedEncoder.BLOCK_LENGTH);
        final boolean isPublic = visibleQuantity > 0;
        put64(at + OrderBookedEncoder.accountSeqEncodingOffset(), nextAccountSeq(account, OrderBookedEncoder.TEMPLATE_ID, orderId));
        put64(at + OrderBookedEncoder.feedSeqEncodingOffset(), isPublic ? ++feedSeq : 0);
        put64(at + OrderBookedEncoder.orderIdEncodingOffset(), orderId);
        put64(at + OrderBookedEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + OrderBookedEncoder.priceEncodingOffset(), price);
        put64(at + OrderBookedEncoder.leavesEncodingOffset(), leaves);
        put64(at + OrderBookedEncoder.visibleQuantityEncodingOffset(), visibleQuantity);
        put32(at + OrderBookedEncoder.accountEncodingOffset(), account);
        put32(at + OrderBookedEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + OrderBookedEncoder.rptSeqEncodingOffset(), isPublic ? nextRptSeq(instrumentId) : 0);
        put8(at + OrderBookedEncoder.sideEncodingOffset(), side);
    }

    @Override
    public void onTrade(final int instrumentId, final long tradeId,
                        final long makerOrderId, final int makerAccount, final long makerClientOrderId, final long makerLeaves,
                        final boolean makerHidden, final long makerFee,
                        final long takerOrderId, final int takerAccount, final long takerClientOrderId, final long takerLeaves,
                        final boolean takerResting, final long takerFee,
                        final int takerSide, final long price, final long quantity, final boolean auction) {
        final long at = base + fragment.claim(TradeEncoder.TEMPLATE_ID, TradeEncoder.BLOCK_LENGTH);
        put64(at + TradeEncoder.makerAccountSeqEncodingOffset(), nextAccountSeq(makerAccount, TradeEncoder.TEMPLATE_ID, makerOrderId));
        put64(at + TradeEncoder.takerAccountSeqEncodingOffset(), nextAccountSeq(takerAccount, TradeEncoder.TEMPLATE_ID, takerOrderId));
        put64(at + TradeEncoder.feedSeqEncodingOffset(), ++feedSeq);
        put64(at + TradeEncoder.tradeIdEncodingOffset(), tradeId);
        put64(at + TradeEncoder.makerOrderIdEncodingOffset(), makerOrderId);
        put64(at + TradeEncoder.takerOrderIdEncodingOffset(), takerOrderId);
        put64(at + TradeEncoder.makerClientOrderIdEncodingOffset(), makerClientOrderId);
        put64(at + TradeEncoder.takerClientOrderIdEncodingOffset(), takerClientOrderId);
        putCause(at + TradeEncoder.takerSessionIdEncodingOffset(), takerAccount);
        put64(at + TradeEncoder.priceEncodingOffset(), price);
        put64(at + TradeEncoder.quantityEncodingOffset(), quantity);
        put64(at + TradeEncoder.makerLeavesEncodingOffset(), makerLeaves);
        put64(at + TradeEncoder.takerLeavesEncodingOffset(), takerLeaves);
        put64(at + TradeEncoder.makerFeeEncodingOffset(), makerFee);
        put64(at + TradeEncoder.takerFeeEncodingOffset(), takerFee);
        put32(at + TradeEncoder.makerAccountEncodingOffset(), makerAccount);
        put32(at + TradeEncoder.takerAccountEncodingOffset(), takerAccount);
        put32(at + TradeEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + TradeEncoder.rptSeqEncodingOffset(), nextRptSeq(instrumentId));
        put8(at + TradeEncoder.takerSideEncodingOffset(), takerSide);
        put8(at + TradeEncoder.auctionEncodingOffset(), auction ? 1 : 0);
        put8(at + TradeEncoder.makerHiddenEncodingOffset(), makerHidden ? 1 : 0);
        put8(at + TradeEncoder.takerRestingEncodingOffset(), takerResting ? 1 : 0);
    }

    @Override
    public void onCancelled(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                            final long price, final long quantity, final boolean visible, final int reason) {
        final long at = base + fragment.claim(OrderCancelledEncoder.TEMPLATE_ID, OrderCancelledEncoder.BLOCK_LENGTH);
        put64(at + OrderCancelledEncoder.accountSeqEncodingOffset(),
                nextAccountSeq(account, OrderCancelledEncoder.TEMPLATE_ID, orderId));
        put64(at + OrderCancelledEncoder.feedSeqEncodingOffset(), visible ? ++feedSeq : 0);
        putCause(at + OrderCancelledEncoder.sessionIdEncodingOffset(), account);
        put64(at + OrderCancelledEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + OrderCancelledEncoder.orderIdEncodingOffset(), orderId);
        put64(at + OrderCancelledEncoder.priceEncodingOffset(), price);
        put64(at + OrderCancelledEncoder.quantityEncodingOffset(), quantity);
        put32(at + OrderCancelledEncoder.accountEncodingOffset(), account);
        put32(at + OrderCancelledEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + OrderCancelledEncoder.rptSeqEncodingOffset(), visible ? nextRptSeq(instrumentId) : 0);
        put8(at + OrderCancelledEncoder.sideEncodingOffset(), side);
        put8(at + OrderCancelledEncoder.reasonEncodingOffset(), reason);
    }

    @Override
    public void onReduced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                          final long price, final long leaves, final long visibleQuantity) {
        final long at = base + fragment.claim(OrderReducedEncoder.TEMPLATE_ID, OrderReducedEncoder.BLOCK_LENGTH);
        final boolean isPublic = visibleQuantity > 0;
        put64(at + OrderReducedEncoder.accountSeqEncodingOffset(), nextAccountSeq(account, OrderReducedEncoder.TEMPLATE_ID, orderId));
        put64(at + OrderReducedEncoder.feedSeqEncodingOffset(), isPublic ? ++feedSeq : 0);
        putCause(at + OrderReducedEncoder.sessionIdEncodingOffset(), account);
        put64(at + OrderReducedEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + OrderReducedEncoder.orderIdEncodingOffset(), orderId);
        put64(at + OrderReducedEncoder.priceEncodingOffset(), price);
        put64(at + OrderReducedEncoder.leavesEncodingOffset(), leaves);
        put64(at + OrderReducedEncoder.visibleQuantityEncodingOffset(), visibleQuantity);
        put32(at + OrderReducedEncoder.accountEncodingOffset(), account);
        put32(at + OrderReducedEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + OrderReducedEncoder.rptSeqEncodingOffset(), isPublic ? nextRptSeq(instrumentId) : 0);
        put8(at + OrderReducedEncoder.sideEncodingOffset(), side);
    }

    @Override
    public void onReplaced(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final boolean resting, final boolean wasVisible) {
        final long at = base + fragment.claim(OrderReplacedEncoder.TEMPLATE_ID, OrderReplacedEncoder.BLOCK_LENGTH);
        final boolean isPublic = wasVisible || resting && visibleQuantity > 0;
        put64(at + OrderReplacedEncoder.accountSeqEncodingOffset(), nextAccountSeq(account, OrderReplacedEncoder.TEMPLATE_ID, orderId));
        put64(at + OrderReplacedEncoder.feedSeqEncodingOffset(), isPublic ? ++feedSeq : 0);
        putCause(at + OrderReplacedEncoder.sessionIdEncodingOffset(), account);
        put64(at + OrderReplacedEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + OrderReplacedEncoder.orderIdEncodingOffset(), orderId);
        put64(at + OrderReplacedEncoder.priceEncodingOffset(), price);
        put64(at + OrderReplacedEncoder.leavesEncodingOffset(), leaves);
        put64(at + OrderReplacedEncoder.visibleQuantityEncodingOffset(), resting ? visibleQuantity : 0);
        put32(at + OrderReplacedEncoder.accountEncodingOffset(), account);
        put32(at + OrderReplacedEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + OrderReplacedEncoder.rptSeqEncodingOffset(), isPublic ? nextRptSeq(instrumentId) : 0);
        put8(at + OrderReplacedEncoder.sideEncodingOffset(), side);
        put8(at + OrderReplacedEncoder.priorityKeptEncodingOffset(), priorityKept ? 1 : 0);
        put8(at + OrderReplacedEncoder.restingEncodingOffset(), resting ? 1 : 0);
    }

    @Override
    public void onTriggered(final int instrumentId, final long orderId, final int account, final long clientOrderId,
                            final long stopPrice) {
        final long at = base + fragment.claim(OrderTriggeredEncoder.TEMPLATE_ID, OrderTriggeredEncoder.BLOCK_LENGTH);
        put64(at + OrderTriggeredEncoder.accountSeqEncodingOffset(),
                nextAccountSeq(account, OrderTriggeredEncoder.TEMPLATE_ID, orderId));
        put64(at + OrderTriggeredEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + OrderTriggeredEncoder.orderIdEncodingOffset(), orderId);
        put64(at + OrderTriggeredEncoder.stopPriceEncodingOffset(), stopPrice);
        put32(at + OrderTriggeredEncoder.accountEncodingOffset(), account);
        put32(at + OrderTriggeredEncoder.instrumentIdEncodingOffset(), instrumentId);
    }

    @Override
    public void onRestated(final int instrumentId, final long orderId, final int account, final long clientOrderId, final int side,
                           final long price, final long leaves, final long visibleQuantity, final boolean priorityKept,
                           final int reason) {
        final long at = base + fragment.claim(OrderRestatedEncoder.TEMPLATE_ID, OrderRestatedEncoder.BLOCK_LENGTH);
        final boolean isPublic = visibleQuantity > 0;
        put64(at + OrderRestatedEncoder.accountSeqEncodingOffset(), nextAccountSeq(account, OrderRestatedEncoder.TEMPLATE_ID, orderId));
        put64(at + OrderRestatedEncoder.feedSeqEncodingOffset(), isPublic ? ++feedSeq : 0);
        put64(at + OrderRestatedEncoder.clientOrderIdEncodingOffset(), clientOrderId);
        put64(at + OrderRestatedEncoder.orderIdEncodingOffset(), orderId);
        put64(at + OrderRestatedEncoder.priceEncodingOffset(), price);
        put64(at + OrderRestatedEncoder.leavesEncodingOffset(), leaves);
        put64(at + OrderRestatedEncoder.visibleQuantityEncodingOffset(), visibleQuantity);
        put32(at + OrderRestatedEncoder.accountEncodingOffset(), account);
        put32(at + OrderRestatedEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + OrderRestatedEncoder.rptSeqEncodingOffset(), isPublic ? nextRptSeq(instrumentId) : 0);
        put8(at + OrderRestatedEncoder.sideEncodingOffset(), side);
        put8(at + OrderRestatedEncoder.reasonEncodingOffset(), reason);
        put8(at + OrderRestatedEncoder.priorityKeptEncodingOffset(), priorityKept ? 1 : 0);
    }

    @Override
    public void onMassCancelled(final int account, final int instrumentId, final int side, final long cancelledOrders,
                                final int reason) {
        final long at = base + fragment.claim(MassCancelledEncoder.TEMPLATE_ID, MassCancelledEncoder.BLOCK_LENGTH);
        put64(at + MassCancelledEncoder.accountSeqEncodingOffset(), nextAccountSeq(account, MassCancelledEncoder.TEMPLATE_ID, 0));
        outcome.settle(MassCancelledEncoder.TEMPLATE_ID, 0);
        putCause(at + MassCancelledEncoder.sessionIdEncodingOffset(), account);
        put64(at + MassCancelledEncoder.cancelledOrdersEncodingOffset(), cancelledOrders);
        put32(at + MassCancelledEncoder.accountEncodingOffset(), account);
        put32(at + MassCancelledEncoder.instrumentIdEncodingOffset(), instrumentId);
        put8(at + MassCancelledEncoder.sideEncodingOffset(), side);
        put8(at + MassCancelledEncoder.reasonEncodingOffset(), reason);
    }

    @Override
    public void onQuoted(final int account, final int instrumentId, final long quoteId, final long bidOrderId,
                         final long askOrderId) {
        final long at = base + fragment.claim(QuoteAcceptedEncoder.TEMPLATE_ID, QuoteAcceptedEncoder.BLOCK_LENGTH);
        put64(at + QuoteAcceptedEncoder.accountSeqEncodingOffset(),
                nextAccountSeq(account, QuoteAcceptedEncoder.TEMPLATE_ID, bidOrderId));
        outcome.settle(QuoteAcceptedEncoder.TEMPLATE_ID, 0);
        putCause(at + QuoteAcceptedEncoder.sessionIdEncodingOffset(), account);
        put64(at + QuoteAcceptedEncoder.quoteIdEncodingOffset(), quoteId);
        put64(at + QuoteAcceptedEncoder.bidOrderIdEncodingOffset(), bidOrderId);
        put64(at + QuoteAcceptedEncoder.askOrderIdEncodingOffset(), askOrderId);
        put32(at + QuoteAcceptedEncoder.accountEncodingOffset(), account);
        put32(at + QuoteAcceptedEncoder.instrumentIdEncodingOffset(), instrumentId);
    }

    /** A new instrument, for everyone. Cold. */
    public void onInstrumentDefined(final InstrumentSpec spec) {
        putInstrument(InstrumentDefinedEncoder.TEMPLATE_ID, spec);
    }

    @Override
    public void onInstrumentChanged(final InstrumentSpec spec) {
        putInstrument(InstrumentChangedEncoder.TEMPLATE_ID, spec);
    }

    /** Both events have one block. Cold. */
    private void putInstrument(final int templateId, final InstrumentSpec spec) {
        final int at = fragment.claim(templateId, InstrumentDefinedEncoder.BLOCK_LENGTH);
        fragment.buffer().setMemory(at, InstrumentDefinedEncoder.BLOCK_LENGTH, (byte) 0);
        new InstrumentDefinedEncoder().wrap(fragment.buffer(), at).feedSeq(++feedSeq)
            .tickSize(spec.tickSize()).lotSize(spec.lotSize())
            .minPrice(spec.minPrice()).maxPrice(spec.maxPrice())
            .maxQuantity(spec.maxQuantity()).maxNotional(spec.maxNotional())
            .priceBand(spec.priceBand()).referencePrice(spec.referencePrice()).marketProtection(spec.marketProtection())
            .symbol(spec.symbol()).baseAsset(spec.baseAsset()).quoteAsset(spec.quoteAsset())
            .instrumentId(spec.instrumentId())
            .makerFeeRate(spec.makerFeeRate()).takerFeeRate(spec.takerFeeRate())
            .priceDecimals((short) spec.priceDecimals()).quantityDecimals((short) spec.quantityDecimals())
            .riskChecked((short) (spec.riskChecked() ? 1 : 0));
        put8(base + at + InstrumentDefinedEncoder.stateEncodingOffset(), spec.state());
    }

    @Override
    public void onTradingState(final int instrumentId, final int state, final long referencePrice) {
        final long at = base + fragment.claim(TradingStateChangedEncoder.TEMPLATE_ID, TradingStateChangedEncoder.BLOCK_LENGTH);
        put64(at + TradingStateChangedEncoder.feedSeqEncodingOffset(), ++feedSeq);
        put64(at + TradingStateChangedEncoder.referencePriceEncodingOffset(), referencePrice);
        put32(at + TradingStateChangedEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + TradingStateChangedEncoder.rptSeqEncodingOffset(), nextRptSeq(instrumentId));
        put8(at + TradingStateChangedEncoder.stateEncodingOffset(), state);
    }

    @Override
    public void onAuctionIndication(final int instrumentId, final long price, final long volume, final long surplus) {
        final long at = base + fragment.claim(AuctionIndicationEncoder.TEMPLATE_ID, AuctionIndicationEncoder.BLOCK_LENGTH);
        put64(at + AuctionIndicationEncoder.feedSeqEncodingOffset(), ++feedSeq);
        put64(at + AuctionIndicationEncoder.priceEncodingOffset(), price);
        put64(at + AuctionIndicationEncoder.volumeEncodingOffset(), volume);
        put64(at + AuctionIndicationEncoder.surplusEncodingOffset(), surplus);
        put32(at + AuctionIndicationEncoder.instrumentIdEncodingOffset(), instrumentId);
        put32(at + AuctionIndicationEncoder.rptSeqEncodingOffset(), nextRptSeq(instrumentId));
    }

    private long nextAccountSeq(final int account, final int templateId, final long orderId) {
        final int slot = accounts.slot(account);
        if (slot == SequenceTable.MISSING) {
            throw new IllegalStateException("event of an account without a sequence, account=" + account);
        }
        final long accountSeq = accounts.next(slot);
        if (account == commandAccount) {
            outcome.onEvent(templateId, accountSeq, orderId);
        }
        return accountSeq;
    }

    private int nextRptSeq(final int instrumentId) {
        final int slot = instruments.slot(instrumentId);
        if (slot == SequenceTable.MISSING) {
            throw new IllegalStateException("event of an instrument that is not defined, instrumentId=" + instrumentId);
        }
        return (int) instruments.next(slot);
    }

    /** sessionId and, eight bytes on, clientSeq. */
    private void putCause(final long at, final int account) {
        final boolean isOwners = account == commandAccount;
        put64(at, isOwners ? commandSessionId : 0);
        put64(at + 8, isOwners ? commandClientSeq : 0);
    }

    private static void put64(final long at, final long value) {
        UnsafeApi.putLong(at, value);
    }

    private static void put32(final long at, final int value) {
        UnsafeApi.putInt(at, value);
    }

    private static void put8(final long at, final int value) {
        UnsafeApi.putByte(at, (byte) value);
    }
}
