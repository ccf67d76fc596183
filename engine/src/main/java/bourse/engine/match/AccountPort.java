package bourse.engine.match;

/**
 * What an administrator does to accounts, as logged commands. Results are raw {@code RejectReason}s, 0 = done. Assets are at most 8
 * ASCII characters packed little-endian into a long. Thread: engine. An account that was never named before is created.
 */
public interface AccountPort {
    /** Replaces the account's limits; 0 = no limit; {@code firm} 0 = the account alone. Effective from the next command on. */
    int setLimits(int account, int firm, long maxOrderQuantity, long maxOrderNotional, long maxPosition, long maxOpenOrders,
                  long maxOrdersPerSecond);

    /** Deposit (above 0) or withdrawal; what is reserved cannot be withdrawn: INSUFFICIENT_BALANCE. */
    int transfer(int account, long asset, long amount);

    /** On: cancels every order of the account (CancelReason KILL_SWITCH, then the mass-cancel event) and refuses new ones. */
    int setKillSwitch(int account, boolean on);

    /** Open orders of the account, waiting stops included. */
    int openOrders(int account);

    /** Units of the asset, reserved ones included. */
    long balance(int account, long asset);

    /** Part of {@link #balance} that open orders hold. */
    long reserved(int account, long asset);

    /** Net position in lots. */
    long position(int account, int instrumentId);

    /** Fees collected less rebates paid; below 0 where rebates exceed fees. */
    long feesCollected(long asset);

    /** Assets of which any account may have a balance, ascending by their packed codes. Cold. */
    long[] assets();

    /** The account's limits as they were set; null when it was never named. Cold. */
    Settings settings(int account);

    /**
     * What {@link #setLimits} and {@link #setKillSwitch} set.
     *
     * @param firm 0 = the account alone
     */
    record Settings(int firm, long maxOrderQuantity, long maxOrderNotional, long maxPosition, long maxOpenOrders, long maxOrdersPerSecond,
                    boolean isKilled) {
    }

    /** Packs at most 8 ASCII characters little-endian; 0 for an empty name. */
    static long asset(final String name) {
        if (name.length() > 8) {
            throw new IllegalArgumentException("asset: " + name + " (expected: at most 8 ASCII characters)");
        }
        long packed = 0;
        for (int i = 0; i < name.length(); i++) {
            final char c = name.charAt(i);
            if (c <= 32 || c > 126) {
                throw new IllegalArgumentException("asset: " + name + " (expected: printable ASCII)");
            }
            packed |= (long) c << (8 * i);
        }
        return packed;
    }
}
