package bourse.gateway.ingress;

/**
 * From the enum numbers of {@code bourse.order.v1} to the raw numbers of the engine's SBE schema. A number that the engine does not
 * know becomes {@link #INVALID}, which it refuses by itself, so that the refusal is an event like any other. Hot path.
 */
public final class ProtoNumbers {
    /** No value of any SBE enum: the null value of an unsigned byte. */
    public static final int INVALID = 255;

    private static final int SIDE_BOTH = 2;
    private static final int LAST_ORDER_TYPE = 6;
    private static final int LAST_TIME_IN_FORCE = 6;
    private static final int LAST_SELF_TRADE_PREVENTION = 5;
    private static final int LAST_PEG_REFERENCE = 3;

    private ProtoNumbers() {
    }

    /** Buy, sell; unspecified is invalid. */
    public static int side(final int proto) {
        return proto == 1 || proto == 2 ? proto - 1 : INVALID;
    }

    /** Buy, sell; unspecified means both. */
    public static int sideOfMassCancel(final int proto) {
        return proto == 0 ? SIDE_BOTH : side(proto);
    }

    /** Unspecified means limit. */
    public static int orderType(final int proto) {
        return oneBelow(proto, LAST_ORDER_TYPE);
    }

    /** Unspecified means good till cancelled. */
    public static int timeInForce(final int proto) {
        return oneBelow(proto, LAST_TIME_IN_FORCE);
    }

    /** Unspecified means allow. */
    public static int selfTradePrevention(final int proto) {
        return proto >= 0 && proto <= LAST_SELF_TRADE_PREVENTION ? proto : INVALID;
    }

    public static int pegReference(final int proto) {
        return proto >= 0 && proto <= LAST_PEG_REFERENCE ? proto : INVALID;
    }

    private static int oneBelow(final int proto, final int last) {
        if (proto >= 1 && proto <= last) {
            return proto - 1;
        }
        return proto == 0 ? 0 : INVALID;
    }
}
