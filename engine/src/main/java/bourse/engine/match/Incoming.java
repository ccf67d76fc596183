package bourse.engine.match;

import bourse.engine.book.OrderSlot;

/**
 * The order that is being worked: new, replaced or triggered. One per matcher, reused. Hot path. Thread: engine.
 * {@code slot} is 0 until the order has a place in memory.
 */
final class Incoming {
    InstrumentBook book;
    int side;
    int type;
    int timeInForce;
    int selfTradePrevention;
    /** {@link bourse.engine.book.OrderSlot} traits. */
    int traits;
    int account;
    /** 0 = entered by order id only. */
    int accountSlot;
    int firm;
    int session;
    int slot;
    long orderId;
    long clientOrderId;
    long sequence;
    /** 0 = none. */
    long price;
    /** How far it trades: its price, or a market order's bound. */
    long limit;
    long leaves;
    long display;
    long minQuantity;
    long offset;
    long stopPrice;
    /** It stands in the book while it trades: a peg that has moved. */
    boolean resting;
    /** What it holds of its balance now. */
    long held;

    boolean mayRest() {
        return (type != Raw.MARKET || (traits & OrderSlot.REST_REMAINDER) != 0) && timeInForce != Raw.IOC && timeInForce != Raw.FOK;
    }
}
