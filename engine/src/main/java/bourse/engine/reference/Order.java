package bourse.engine.reference;

import bourse.engine.match.ExtendedTerms;
import bourse.engine.match.OrderState;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;

/** One order with everything that is known of it. */
final class Order {
    static final int BUY = Side.BUY.value();
    static final int SELL = Side.SELL.value();
    static final int POST_ONLY = 1;
    static final int POST_ONLY_REPRICE = 1 << 1;
    static final int HIDDEN = 1 << 2;
    static final int ALL_OR_NONE = 1 << 3;
    static final int EXTENDED = 1 << 4;
    static final int REST_REMAINDER = 1 << 5;

    final Account owner;
    final Book book;
    final int side;
    final int timeInForce;
    final int flags;
    final int selfTradePrevention;
    final int sessionIndex;
    final long clientOrderId;
    final long quoteId;
    final long displayQuantity;
    final long minQuantity;
    final long expireTimeNs;
    final long offset;
    final long linkId;
    final int pegReference;

    long orderId;
    long sequence;
    int type;
    long price;
    long leaves;
    /** What a taker can take in one go: the visible peak, or all of it; 0 while it does not rest. */
    long slice;
    long stopPrice;
    long limitPrice;
    boolean pending;
    boolean resting;
    boolean finished;
    /** Of a market order: how far it may trade. */
    long bound;
    /** Units of the quote asset (buy) or base asset (sell) that it holds. */
    long held;

    Order(final Account owner, final Book book, final int sessionIndex, final long clientOrderId, final long quoteId, final int side,
          final int type, final int timeInForce, final int flags, final int selfTradePrevention, final long price,
          final long quantity, final ExtendedTerms terms) {
        this.owner = owner;
        this.book = book;
        this.sessionIndex = sessionIndex;
        this.clientOrderId = clientOrderId;
        this.quoteId = quoteId;
        this.side = side;
        this.type = type;
        this.timeInForce = timeInForce;
        this.flags = flags & ~EXTENDED | ((flags & REST_REMAINDER) != 0 ? HIDDEN : 0);
        this.selfTradePrevention = selfTradePrevention;
        this.price = price;
        this.leaves = quantity;
        this.stopPrice = terms.stopPrice;
        this.displayQuantity = terms.displayQuantity;
        this.minQuantity = terms.minQuantity;
        this.expireTimeNs = terms.expireTimeNs;
        this.offset = terms.offset;
        this.limitPrice = terms.limitPrice;
        this.linkId = terms.linkId;
        this.pegReference = terms.pegReference;
    }

    boolean isBuy() {
        return side == BUY;
    }

    boolean is(final OrderType wanted) {
        return type == wanted.value();
    }

    boolean is(final TimeInForce wanted) {
        return timeInForce == wanted.value();
    }

    boolean isStop() {
        return is(OrderType.STOP) || is(OrderType.STOP_LIMIT) || is(OrderType.TRAILING_STOP);
    }

    boolean isHidden() {
        return (flags & HIDDEN) != 0;
    }

    boolean isAllOrNone() {
        return (flags & ALL_OR_NONE) != 0;
    }

    boolean isPostOnly() {
        return (flags & (POST_ONLY | POST_ONLY_REPRICE)) != 0;
    }

    boolean isRepricing() {
        return (flags & POST_ONLY_REPRICE) != 0;
    }

    /** What a market order leaves waits at any price. */
    boolean restsAtAnyPrice() {
        return (flags & REST_REMAINDER) != 0;
    }

    /** What is left of it may wait in the book. */
    boolean canRest() {
        return (!is(OrderType.MARKET) || restsAtAnyPrice()) && !is(TimeInForce.IOC) && !is(TimeInForce.FOK);
    }

    boolean preventsSelfTrades() {
        return selfTradePrevention != SelfTradePrevention.ALLOW.value();
    }

    /** How far it trades. */
    long limit() {
        return is(OrderType.MARKET) ? bound : price;
    }

    /** Its limit reaches that of {@code opposite}. */
    boolean reaches(final Order opposite) {
        return isBuy() ? limit() >= opposite.queuePrice() : limit() <= opposite.queuePrice();
    }

    /** Where it queues: its price, or before all prices. */
    long queuePrice() {
        return !is(OrderType.MARKET) ? price : isBuy() ? Long.MAX_VALUE : 0;
    }

    /** What it and a resting order would trade at, 0 = they have no price to trade at. */
    long tradePrice(final Order maker) {
        if (!maker.is(OrderType.MARKET)) {
            return maker.price;
        }
        if (!is(OrderType.MARKET)) {
            return price;
        }
        final boolean known = book.hasLastPrice && book.lastPrice <= book.spec.maxPrice();
        return known && (isBuy() ? book.lastPrice <= bound : book.lastPrice >= bound) ? book.lastPrice : 0;
    }

    /** What the public book shows of it. */
    long visible() {
        return resting && !isHidden() ? slice : 0;
    }

    /** A fresh peak, or everything. */
    long freshSlice() {
        return displayQuantity > 0 ? Math.min(displayQuantity, leaves) : leaves;
    }

    void writeTo(final OrderState state) {
        state.orderId = orderId;
        state.clientOrderId = clientOrderId;
        state.account = owner.number;
        state.sessionIndex = sessionIndex;
        state.instrumentId = book.instrumentId();
        state.side = side;
        state.orderType = type;
        state.timeInForce = timeInForce;
        state.flags = flags;
        state.selfTradePrevention = selfTradePrevention;
        state.price = price;
        state.leaves = leaves;
        state.slice = slice;
        state.sequence = sequence;
        state.pending = pending;
        state.stopPrice = stopPrice;
        state.displayQuantity = displayQuantity;
        state.minQuantity = minQuantity;
        state.expireTimeNs = expireTimeNs;
        state.offset = offset;
        state.limitPrice = limitPrice;
        state.linkId = linkId;
        state.pegReference = pegReference;
        state.quoteId = quoteId;
    }

    @Override
    public String toString() {
        return "orderId=" + orderId + ", clientOrderId=" + clientOrderId + ", side=" + side + ", price=" + price + ", leaves=" + leaves;
    }
}
