package bourse.engine.match;

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
    long leaves;
    long display;
    long minQuantity;
    /** Came here by replace: a refusal is a cancellation. */
    boolean replaced;
    /** Was accepted as straight to rest. */
    boolean announcedResting;
}
