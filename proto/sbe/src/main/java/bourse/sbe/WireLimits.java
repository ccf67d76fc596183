package bourse.sbe;

/** Every bound on what crosses a wire, in one place; their relations are checked when the class loads. */
public final class WireLimits {
    /** Commands in one batch of a session. */
    public static final int MAX_BATCH_COMMANDS = 512;
    /** Bytes of one protobuf message of a client. */
    public static final int MAX_CLIENT_MESSAGE_BYTES = 64 * 1024;
    /** Bytes of one SBE command message: header, block, two groups, every command extended. */
    public static final int MAX_COMMAND_MESSAGE_BYTES = 64 * 1024;
    /** Bytes of one fragment of the event stream; an applied batch that causes more is spread over several. */
    public static final int MAX_EVENT_FRAGMENT_BYTES = 64 * 1024;
    /** Commands of a session whose outcomes the engine remembers. A power of two. */
    public static final int OUTCOME_WINDOW = 65_536;
    /** Finished client order ids of an account that cannot be used again. A power of two. */
    public static final int FINISHED_ID_WINDOW = 65_536;
    /** Of these, how many an account keeps whatever the others do; the rest share {@code engine.maxFinishedIds}. */
    public static final int OWN_FINISHED_IDS = 128;
    /** Bytes of one packet of the public feed, header included. */
    public static final int MAX_FEED_PACKET_BYTES = 1_400;
    /** Characters of an instrument's symbol. */
    public static final int MAX_SYMBOL_LENGTH = 16;

    static {
        check(Integer.bitCount(OUTCOME_WINDOW) == 1, "OUTCOME_WINDOW is a power of two");
        check(Integer.bitCount(FINISHED_ID_WINDOW) == 1, "FINISHED_ID_WINDOW is a power of two");
        check(MAX_BATCH_COMMANDS * (48 + 64) + 64 <= MAX_COMMAND_MESSAGE_BYTES, "a full batch of extended commands fits its message");
        check(MAX_BATCH_COMMANDS <= OUTCOME_WINDOW / 2, "a batch is far smaller than the outcome window");
    }

    private WireLimits() {
    }

    private static void check(final boolean holds, final String relation) {
        if (!holds) {
            throw new ExceptionInInitializerError("WireLimits: does not hold: " + relation);
        }
    }
}
