package bourse.gateway.guard;

/**
 * How much of what an honest client may do, in {@link #WINDOW_NS}. Each bound is many times what a generated client of any language needs and a small part
 * of what would be felt by others.
 */
final class GuardLimits {
    static final long WINDOW_NS = 10_000_000_000L;
    /** Each is answered, and may change every stream's window. A client sends one, and one when it changes its mind. */
    static final int SETTINGS = 20;
    static final int RESETS = 100;
    static final long SHORT_WINDOW_NS = 1_000_000_000L;
    /** In {@link #SHORT_WINDOW_NS}. Pings, window updates, priorities, empty data, continuations, unknown frames: cheap, but not free. */
    static final int SMALL_FRAMES = 20_000;
    /** Calls that were refused: no token, no right, no such method, not decodable. */
    static final int REFUSED_CALLS = 100;
    /** Calls whose header the transport refused: too large, or beyond the calls at once, which a client learns only after its first ones. */
    static final int REFUSED_HEADERS = 1_000;
    /** Packed bytes of these headers, on average of all: few are enough when each unpacks to megabytes. */
    static final long REFUSED_HEADER_BYTES = 512 * 1024;
    /** Bytes of one call's header fields, packed: more is not read. The transport's own bound is lower, and of what they unpack to. */
    static final int HEADER_BLOCK_BYTES = 16 * 1024;
    /**
     * Small frames, in {@link #SHORT_WINDOW_NS}, resets or refused headers of a connection that the transport itself ended: a ping flood, a header without
     * end, calls beyond those allowed at once.
     */
    static final int NOISE = 64;
    /**
     * What one connection may have done at once, about 1/2 ms on the slow side: a small frame is 1, a call {@link #CALL_WORK}, and header fields 1 for
     * each {@link #HEADER_BYTES}. Bytes of orders are no work in this sense.
     */
    static final int TURN_WORK = 512;
    static final int CALL_WORK = 32;
    static final int HEADER_BYTES = 32;
    /** Handed on at a time; in between the clock is looked at. */
    static final int SLICE_WORK = 64;
    /** A turn is over by then, too: where the code is cold, or compiled anew because of what came, a call takes a millisecond. */
    static final long TURN_BUDGET_NS = 500_000L;
    /** Then, or after as long as the turn took, it has its next turn; an honest client with 8 calls at once never gets there. */
    static final long TURN_NS = 200_000L;
    /** Connections of one address that ended for one of the above; then it gets no new ones until the window is over. */
    static final int OFFENCES = 10;
    /** Addresses remembered. */
    static final int ADDRESSES = 65_536;

    private GuardLimits() {
    }

    static int workOf(final boolean isCall, final int headerBytes) {
        return (isCall ? CALL_WORK : 1) + headerBytes / HEADER_BYTES;
    }
}
