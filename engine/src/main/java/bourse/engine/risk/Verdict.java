package bourse.engine.risk;

/** Why a command is refused: the first failure of its checks, as raw SBE numbers. Reused. Thread: engine. */
public class Verdict {
    public int reason;
    public int field;
    public long limit;
    public long value;

    /** Notes a failure. @return false, so that a check can end with it */
    public final boolean fails(final int why, final int what, final long bound, final long actual) {
        reason = why;
        field = what;
        limit = bound;
        value = actual;
        return false;
    }
}
